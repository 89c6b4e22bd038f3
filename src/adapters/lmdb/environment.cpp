#include "adapters/lmdb/environment.hpp"

#include <charconv>

#include "adapters/lmdb/file_check.hpp"

namespace sessgate::adapters::lmdb {
namespace {

constexpr int format = 1;
constexpr std::string_view format_key = "format";

/// One for each shard and some for the writer and for LMDB's own tools; a table of them costs 64 bytes a reader.
constexpr unsigned readers_max = 512;

struct TableName {
    MDB_dbi Tables::*table;
    const char* name;
};
constexpr TableName table_names[] = {
    {&Tables::meta, "meta"},
    {&Tables::sessions, "sessions"},
    {&Tables::users, "users"},
    {&Tables::sessions_by_user, "sessions_by_user"},
    {&Tables::sessions_by_expiry, "sessions_by_expiry"},
};

bool is_empty(MDB_txn* transaction) {
    MDB_dbi names = 0;
    MDB_stat stat{};
    require(mdb_dbi_open(transaction, nullptr, 0, &names));
    require(mdb_stat(transaction, names, &stat));
    return stat.ms_entries == 0;
}

std::string sentence(const std::filesystem::path& folder, std::string_view what) {
    return "cannot use the data in " + folder.string() + ": " + std::string(what);
}

std::string explain(const std::filesystem::path& folder, int code) {
    if (code == MDB_INVALID || code == MDB_VERSION_MISMATCH || code == MDB_CORRUPTED || code == MDB_INCOMPATIBLE) {
        return sentence(folder,
                        std::string("data.mdb is not a file of sessgate, or is damaged (") + mdb_strerror(code) + ")");
    }
    return sentence(folder, mdb_strerror(code));
}

/// Nullopt for a format that this program reads.
std::optional<std::string> mistake_in_format(std::optional<std::string_view> stored) {
    int number = 0;
    if (stored) std::from_chars(stored->data(), stored->data() + stored->size(), number);
    if (number == format) return std::nullopt;
    if (number < format) return "data.mdb is not a file of sessgate, or is damaged";
    return "they are of format " + std::to_string(number) + ", made by a newer sessgate; this one reads format " +
           std::to_string(format);
}

}  // namespace

boost::system::result<std::unique_ptr<Environment>, std::string> Environment::open(const std::filesystem::path& folder,
                                                                                   std::uint64_t map_size,
                                                                                   Check check) {
    std::unique_ptr<Environment> environment(new Environment);
    // LMDB believes what it reads, and a damaged page can end the process or bring back what was there before.
    if (check == Check::pages) {
        if (auto mistake = mistake_in_pages(folder / "data.mdb")) return sentence(folder, *mistake);
    }
    try {
        environment->open_file(folder, map_size);
        if (auto mistake = environment->mistake_in_file()) return sentence(folder, *mistake);
        environment->make_tables();
        if (check == Check::format) return environment;
        const Transaction look(environment->handle_, MDB_RDONLY);
        if (auto mistake = mistake_in_indexes(look.handle(), environment->tables_)) return sentence(folder, *mistake);
    } catch (const Failure& failure) {
        return explain(folder, failure.code);
    }
    return environment;
}

Environment::~Environment() {
    mdb_env_close(handle_);
}

void Environment::open_file(const std::filesystem::path& folder, std::uint64_t map_size) {
    require(mdb_env_create(&handle_));
    require(mdb_env_set_mapsize(handle_, map_size));
    require(mdb_env_set_maxdbs(handle_, std::size(table_names)));
    require(mdb_env_set_maxreaders(handle_, readers_max));
    // MDB_NOTLS: a read belongs to a shard, not to a thread. Never MDB_WRITEMAP: a stray pointer could then write into
    // the data, and a full disk would end the process.
    require(mdb_env_open(handle_, folder.c_str(), MDB_NOTLS, 0600));
    int cleared = 0;
    require(mdb_reader_check(handle_, &cleared));
}

std::optional<std::string> Environment::mistake_in_file() {
    const Transaction look(handle_, MDB_RDONLY);
    if (is_empty(look.handle())) return std::nullopt;  // New, or the first start ended before it made the tables.
    const int code = mdb_dbi_open(look.handle(), "meta", 0, &tables_.meta);
    if (!require_or_missing(code)) return mistake_in_format(std::nullopt);
    return mistake_in_format(get(look.handle(), tables_.meta, format_key));
}

void Environment::make_tables() {
    Transaction transaction(handle_, 0);
    const bool is_new = is_empty(transaction.handle());
    for (const auto& [table, name] : table_names) {
        require(mdb_dbi_open(transaction.handle(), name, is_new ? MDB_CREATE : 0, &(tables_.*table)));
    }
    if (is_new) put(transaction.handle(), tables_.meta, format_key, std::to_string(format));
    transaction.commit();
}

std::uint64_t Environment::bytes_used() const noexcept {
    MDB_stat stat{};
    MDB_envinfo info{};
    if (mdb_env_stat(handle_, &stat) != 0 || mdb_env_info(handle_, &info) != 0) return 0;
    return (info.me_last_pgno + 1) * stat.ms_psize;
}

std::uint64_t Environment::bytes_max() const noexcept {
    MDB_envinfo info{};
    return mdb_env_info(handle_, &info) == 0 ? info.me_mapsize : 0;
}

}  // namespace sessgate::adapters::lmdb
