#include <doctest/doctest.h>
#include <lmdb.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <fstream>

#include "tests/support/lmdb_folder.hpp"
#include "tests/support/records.hpp"

namespace sessgate::tests {

namespace {

/// What opening `folder` says, or nothing when it can be opened.
std::string refusal(const std::filesystem::path& folder) {
    const ManualClock clock;
    LogCapture log;
    const auto opened = adapters::LmdbDatabase::open({.folder = folder}, core::RecordCodec(), clock, log);
    return opened ? std::string() : opened.error();
}

bool contains(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

std::vector<std::string> names_in(const std::filesystem::path& folder) {
    std::vector<std::string> names;
    for (const auto& entry : std::filesystem::directory_iterator(folder)) names.push_back(entry.path().filename());
    return names;
}

void write_file(const std::filesystem::path& path, std::string_view text) {
    std::ofstream(path, std::ios::binary) << text;
}

/// Puts `value` under `key` into the table `table`, made if need be, of the file in `folder`.
void put_by_hand(const std::filesystem::path& folder, const char* table, std::string key, std::string value) {
    MDB_env* environment = nullptr;
    MDB_txn* transaction = nullptr;
    MDB_dbi handle = 0;
    MDB_val name{key.size(), key.data()};
    MDB_val content{value.size(), value.data()};
    REQUIRE(mdb_env_create(&environment) == 0);
    REQUIRE(mdb_env_set_maxdbs(environment, 8) == 0);
    REQUIRE(mdb_env_open(environment, folder.c_str(), 0, 0600) == 0);
    REQUIRE(mdb_txn_begin(environment, nullptr, 0, &transaction) == 0);
    REQUIRE(mdb_dbi_open(transaction, table, MDB_CREATE, &handle) == 0);
    REQUIRE(mdb_put(transaction, handle, &name, &content, 0) == 0);
    REQUIRE(mdb_txn_commit(transaction) == 0);
    mdb_env_close(environment);
}

}  // namespace

TEST_CASE("an LMDB store keeps sessions, users and both indexes over a restart") {
    LmdbFolder folder;
    const core::SessionRecord session = a_session(folder.now());
    REQUIRE(folder.run(folder.store().create(session)).has_value());
    REQUIRE(folder.run(folder.store().replace_user(std::nullopt, a_user(3))).has_value());

    folder.close();
    folder.open();

    CHECK(folder.run(folder.store().find(session.id)).value() == session);
    CHECK(folder.run(folder.store().find_user(a_user_id())).value() == a_user(3));
    CHECK(folder.run(folder.store().sessions_of(session.user, std::nullopt, 5)).value().sessions ==
          std::vector{session});
    folder.clock.advance(std::chrono::days(30));
    while (folder.database().sweep() > 0) continue;
    CHECK(folder.run(folder.store().find(session.id)).value() == std::nullopt);
}

TEST_CASE("the folder is made for its owner only") {
    const LmdbFolder folder;
    struct stat status {};
    REQUIRE(::stat(folder.path().c_str(), &status) == 0);
    CHECK((status.st_mode & 0777) == 0700);
    for (const auto& entry : std::filesystem::directory_iterator(folder.path())) {
        REQUIRE(::stat(entry.path().c_str(), &status) == 0);
        CHECK((status.st_mode & 0777) == 0600);
    }
}

TEST_CASE("a folder whose parent is missing is refused and nothing made") {
    const TemporaryFolder parent;
    const auto folder = parent.path() / "missing" / "data";

    CHECK(contains(refusal(folder), folder.string() + ": No such file or directory"));
    CHECK(names_in(parent.path()).empty());
}

TEST_CASE("a second opening in the same process is refused") {
    const LmdbFolder folder;
    const std::string text = refusal(folder.path());
    CHECK(contains(text, folder.path().string()));
    CHECK(contains(text, "in use by another sessgate (process " + std::to_string(::getpid()) + ")"));
}

TEST_CASE("data that another process uses is refused until that process has gone, however it went") {
    const TemporaryFolder parent;
    const auto folder = parent.path() / "data";
    int ready[2];
    REQUIRE(::pipe(ready) == 0);
    const pid_t child = ::fork();
    if (child == 0) {
        const ManualClock clock;
        LogCapture log;
        const auto opened = adapters::LmdbDatabase::open({.folder = folder}, core::RecordCodec(), clock, log);
        if (opened && ::write(ready[1], "x", 1) == 1) ::pause();
        ::_exit(1);
    }
    char byte = 0;
    ::close(ready[1]);
    REQUIRE(::read(ready[0], &byte, 1) == 1);
    ::close(ready[0]);

    const std::string text = refusal(folder);
    CHECK(contains(text, folder.string()));
    CHECK(contains(text, "(process " + std::to_string(child) + ")"));

    REQUIRE(::kill(child, SIGKILL) == 0);
    REQUIRE(::waitpid(child, nullptr, 0) == child);
    CHECK(refusal(folder) == "");
}

TEST_CASE("a file of a newer format is refused and left as it was") {
    LmdbFolder folder;
    folder.close();
    put_by_hand(folder.path(), "meta", "format", "2");
    std::filesystem::remove(folder.path() / "lock.mdb");
    std::filesystem::remove(folder.path() / "sessgate.lock");

    CHECK(contains(refusal(folder.path()), "format 2, made by a newer sessgate"));
    CHECK(contains(refusal(folder.path()), folder.path().string()));
    CHECK(names_in(folder.path()) == std::vector<std::string>{"data.mdb"});
}

TEST_CASE("a file that is not one of sessgate is refused and nothing made beside it") {
    const TemporaryFolder folder;

    SUBCASE("text") {
        write_file(folder.path() / "data.mdb", std::string(5000, 'x'));
        CHECK(contains(refusal(folder.path()), "not a file of sessgate"));
    }
    SUBCASE("LMDB of another program") {
        put_by_hand(folder.path(), "their table", "a", "b");
        std::filesystem::remove(folder.path() / "lock.mdb");
        CHECK(contains(refusal(folder.path()), "not a file of sessgate"));
    }
    CHECK(names_in(folder.path()) == std::vector<std::string>{"data.mdb"});
}

TEST_CASE("a file that was cut short is refused instead of ending the process later") {
    LmdbFolder folder;
    REQUIRE(folder.run(folder.store().create(a_session(folder.now()))).has_value());
    folder.close();
    std::filesystem::resize_file(folder.path() / "data.mdb", 3 * 4096);

    CHECK(contains(refusal(folder.path()), "shorter than it was"));
}

TEST_CASE("a first start that ended before its tables were made is taken up again") {
    const TemporaryFolder folder;
    write_file(folder.path() / "data.mdb", "");
    CHECK(refusal(folder.path()) == "");
    CHECK(refusal(folder.path()) == "");
}

}  // namespace sessgate::tests
