#include "adapters/lmdb/file_check.hpp"

#include <bit>

#include "adapters/lmdb/tree_check.hpp"

namespace sessgate::adapters::lmdb {
namespace {

constexpr std::uint64_t page_size_min = 512;
constexpr std::uint64_t page_size_max = 32768;

Meta meta_at(const PageFile& file, std::uint64_t number) {
    const std::string bytes = file.read(number * file.page_size(), sizeof(PageHead) + sizeof(Meta));
    const auto head = read_at<PageHead>(bytes, 0);
    const auto meta = read_at<Meta>(bytes, sizeof head);
    const bool is_meta = head.number == number && head.kind == meta_page && meta.magic == Meta::magic_number &&
                         meta.version == Meta::version_number;
    const bool is_sound = meta.free.pad == file.page_size() && meta.free.flags == Meta::free_flags &&
                          meta.main.flags == 0 && meta.last_page > 0;
    if (!is_meta || !is_sound) throw Damage{"its first pages are wrong"};
    return meta;
}

/// Transactions take turns with the two places, so one of them that lost or won a bit no longer fits the other. LMDB
/// would take the older one then, and undo the last transaction.
bool follow_each_other(std::uint64_t even, std::uint64_t odd) {
    const bool is_new = even == 0 && odd == 0;
    return is_new || (even % 2 == 0 && (even + 1 == odd || odd + 1 == even));
}

/// Of the last transaction. Nullopt for a file that is new, or that LMDB will not take for one of its own.
std::optional<Meta> last_meta(PageFile& file) {
    if (file.size() < sizeof(PageHead) + sizeof(Meta)) return std::nullopt;
    const auto first = read_at<Meta>(file.read(sizeof(PageHead), sizeof(Meta)), 0);
    if (first.magic != Meta::magic_number || first.version != Meta::version_number) return std::nullopt;
    const std::uint64_t page_size = first.free.pad;
    if (!std::has_single_bit(page_size) || page_size < page_size_min || page_size > page_size_max)
        throw Damage{"its first pages are wrong"};
    file.set_page_size(page_size);
    const Meta even = meta_at(file, 0);
    const Meta odd = meta_at(file, 1);
    if (!follow_each_other(even.transaction, odd.transaction)) throw Damage{"its first pages do not belong together"};
    return even.transaction < odd.transaction ? odd : even;
}

void check_pages(PageFile& file, const Meta& meta) {
    if (file.size() / file.page_size() <= meta.last_page) throw Damage{"it is shorter than it was"};
    TreeCheck check(file, meta);
    check.check_free(meta.free);
    check.check_main(meta.main);
}

/// The same for the same entries in any order.
struct Digest {
    std::size_t count = 0;
    std::size_t sum = 0;

    void add(std::string_view text) {
        count += 1;
        sum += std::hash<std::string_view>{}(text);
    }
    bool operator==(const Digest&) const = default;
};

void each_entry(MDB_txn* transaction, MDB_dbi table, const std::function<void(std::string, std::string)>& take) {
    Cursor cursor(transaction, table);
    const auto text = [](const MDB_val& value) {
        return std::string(static_cast<const char*>(value.mv_data), value.mv_size);
    };
    MDB_val key{};
    MDB_val value{};
    for (bool there = cursor.move(key, value, MDB_FIRST); there; there = cursor.move(key, value, MDB_NEXT)) {
        take(text(key), text(value));
    }
}

}  // namespace

std::optional<std::string> mistake_in_pages(const std::filesystem::path& path) {
    PageFile file(path);
    try {
        if (const auto meta = last_meta(file)) check_pages(file, *meta);
    } catch (const Damage& damage) {
        return "data.mdb is damaged: " + damage.what;
    }
    return std::nullopt;
}

std::optional<std::uint64_t> last_transaction_in(const std::filesystem::path& path) {
    PageFile file(path);
    try {
        const auto meta = last_meta(file);
        return meta ? std::optional(meta->transaction) : std::nullopt;
    } catch (const Damage&) {
        return std::nullopt;
    }
}

std::optional<std::string> mistake_in_indexes(MDB_txn* transaction, const Tables& tables) {
    Digest sessions;
    Digest ids;
    Digest by_user;
    Digest by_expiry;
    constexpr std::size_t expiry_length = 8;
    each_entry(transaction, tables.sessions, [&](const std::string& id, const std::string&) { sessions.add(id); });
    each_entry(transaction, tables.sessions_by_user, [&](const std::string& key, const std::string& expiry) {
        ids.add(key.substr(key.find('\0') + 1));
        by_user.add(expiry + key);
    });
    each_entry(transaction, tables.sessions_by_expiry, [&](const std::string& key, const std::string& user) {
        by_expiry.add(key.substr(0, expiry_length) + user + '\0' + key.substr(std::min(key.size(), expiry_length)));
    });
    if (sessions == ids && by_user == by_expiry) return std::nullopt;
    return "data.mdb is damaged: its sessions and their indexes do not agree";
}

}  // namespace sessgate::adapters::lmdb
