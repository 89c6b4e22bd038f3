#include <doctest/doctest.h>

#include <fstream>
#include <map>
#include <random>

#include "adapters/lmdb/environment.hpp"
#include "tests/support/lmdb_folder.hpp"
#include "tests/support/records.hpp"

namespace sessgate::tests {

using adapters::lmdb::Environment;
using adapters::lmdb::SessionPlace;
using adapters::lmdb::Transaction;

namespace {

constexpr std::uint64_t map_size = std::uint64_t{64} << 20;
constexpr std::size_t page_size = 4096;

using Records = std::map<std::string, std::string>;

std::unique_ptr<Environment> opened(const std::filesystem::path& folder) {
    auto environment = Environment::open(folder, map_size);
    if (!environment) throw std::runtime_error(environment.error());
    return *std::move(environment);
}

/// The records by id, or nullopt when the file is refused, which has to be for damage.
std::optional<Records> records_in(const std::filesystem::path& folder) {
    const auto environment = Environment::open(folder, map_size);
    if (!environment) {
        CHECK(environment.error().find("damaged") != std::string::npos);
        return std::nullopt;
    }
    Records records;
    const Transaction look((*environment)->handle(), MDB_RDONLY);
    const MDB_dbi sessions = (*environment)->tables().sessions;
    adapters::lmdb::each_key(look.handle(), sessions, "", [&](std::string_view id) {
        records.emplace(id, adapters::lmdb::get(look.handle(), sessions, id).value());
        return true;
    });
    return records;
}

std::vector<std::string> ids_of(const Records& records) {
    std::vector<std::string> ids;
    for (const auto& [id, record] : records) ids.push_back(id);
    return ids;
}

/// Sessions come, change and go in transactions of random length, with records of all sizes.
class Churn {
public:
    Churn(const std::filesystem::path& folder, unsigned seed) : folder_(folder), random_(seed) {}

    void run(int transactions) {
        const auto environment = opened(folder_);
        for (int i = 0; i < transactions; ++i) {
            Transaction transaction(environment->handle(), 0);
            for (auto left = random_() % 100; left > 0; --left) step(transaction.handle(), environment->tables());
            transaction.commit();
        }
    }

    const Records& records() const { return records_; }

private:
    void step(MDB_txn* transaction, const adapters::lmdb::Tables& tables) {
        const bool grows = places_.size() < 50 || random_() % 1000 < (random_() % 2 == 0 ? 600U : 400U);
        if (!grows) {
            const auto at = places_.begin() + static_cast<std::ptrdiff_t>(random_() % places_.size());
            adapters::lmdb::erase_session(transaction, tables, *at);
            records_.erase(std::string(at->id.view()));
            places_.erase(at);
            return;
        }
        const auto session = a_session(core::from_ms(static_cast<std::int64_t>(random_() % 1'000'000'000'000)),
                                       a_user_id("user" + std::to_string(random_() % 100)));
        const std::string record(random_() % 10 == 0 ? random_() % 8192 : random_() % 1500, 'r');
        places_.push_back(adapters::lmdb::place_of(session));
        adapters::lmdb::put_session(transaction, tables, places_.back(), record);
        records_[std::string(session.id.view())] = record;
    }

    std::filesystem::path folder_;
    std::mt19937 random_;
    std::vector<SessionPlace> places_;
    Records records_;
};

std::string read_file(const std::filesystem::path& path) {
    std::ostringstream text;
    text << std::ifstream(path, std::ios::binary).rdbuf();
    return text.str();
}

void flip_bit(const std::filesystem::path& path, std::size_t at, int bit) {
    std::fstream file(path, std::ios::binary | std::ios::in | std::ios::out);
    file.seekg(static_cast<std::streamoff>(at));
    const char byte = static_cast<char>(file.get() ^ (1 << bit));
    file.seekp(static_cast<std::streamoff>(at));
    file.put(byte);
}

}  // namespace

TEST_CASE("a sound file is never refused, whatever was written to it and however often it was opened") {
    for (const unsigned seed : {1U, 2U, 3U}) {
        const TemporaryFolder folder;
        Churn churn(folder.path(), seed);
        for (int opened = 0; opened < 40; ++opened) {
            churn.run(8);
            REQUIRE(records_in(folder.path()) == churn.records());
        }
    }
}

TEST_CASE("a copy without its free pages is not refused") {
    const TemporaryFolder folder;
    Churn churn(folder.path() / "data", 4);
    std::filesystem::create_directory(folder.path() / "data");
    churn.run(50);

    REQUIRE(adapters::back_up_lmdb(folder.path() / "data", folder.path() / "copy") == std::nullopt);
    CHECK(records_in(folder.path() / "copy") == churn.records());
}

TEST_CASE("a bit that is flipped where it decides most has the file refused, or changes nothing") {
    const TemporaryFolder folder;
    const auto file = folder.path() / "data.mdb";
    Churn churn(folder.path(), 5);
    churn.run(20);
    const std::string sound = read_file(file);
    int refused = 0;
    const auto try_bit = [&](std::size_t at, int bit) {
        flip_bit(file, at, bit);
        const auto records = records_in(folder.path());
        refused += records ? 0 : 1;
        // What a record says has its own tag.
        CHECK((!records || ids_of(*records) == ids_of(churn.records())));
        // LMDB may have written to the file, were it only the rest of a page.
        std::ofstream(file, std::ios::binary) << sound;
    };

    SUBCASE("in the first two pages, which say where everything is and which of them counts") {
        for (std::size_t at = 0; at < 152; ++at) {
            for (const std::size_t page : {0U, 1U}) try_bit(page * page_size + at, static_cast<int>(at % 8));
        }
        CHECK(refused > 150);
    }
    SUBCASE("in the head of a page, and where its entries stand") {
        for (std::size_t page = 2; page < sound.size() / page_size; ++page) {
            const std::size_t at = 8 * page % 48;
            try_bit(page * page_size + at, static_cast<int>(page % 8));
        }
        CHECK(refused > 20);
    }
}

TEST_CASE("an index that does not agree with the sessions has the file refused") {
    const TemporaryFolder folder;
    const SessionPlace place = adapters::lmdb::place_of(a_session(core::from_ms(1)));
    const SessionPlace other = adapters::lmdb::place_of(a_session(core::from_ms(2), a_user_id("eve")));
    {
        const auto environment = opened(folder.path());
        const auto& tables = environment->tables();
        Transaction transaction(environment->handle(), 0);
        adapters::lmdb::put_session(transaction.handle(), tables, place, "record");
        SUBCASE("since it names another user's") {
            adapters::lmdb::erase_session(transaction.handle(), tables, {place.id, other.user, place.expiry});
            adapters::lmdb::put_session(transaction.handle(), tables, {place.id, other.user, place.expiry}, "record");
        }
        SUBCASE("since it leaves one out") {
            adapters::lmdb::erase(transaction.handle(), tables.sessions_by_user,
                                  std::string(place.user.view()) + '\0' + std::string(place.id.view()));
        }
        SUBCASE("since it names one that is not there") {
            adapters::lmdb::put_session(transaction.handle(), tables, other, "record");
            adapters::lmdb::erase(transaction.handle(), tables.sessions, other.id.view());
        }
        SUBCASE("since the two say another expiry") {
            adapters::lmdb::put(transaction.handle(), tables.sessions_by_user,
                                std::string(place.user.view()) + '\0' + std::string(place.id.view()), "12345678");
        }
        transaction.commit();
    }

    CHECK(records_in(folder.path()) == std::nullopt);
}

}  // namespace sessgate::tests
