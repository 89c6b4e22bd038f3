#include "adapters/lmdb/clean_mark.hpp"

#include <doctest/doctest.h>

#include <fstream>
#include <functional>

#include "adapters/lmdb/environment.hpp"
#include "tests/support/lmdb_folder.hpp"
#include "tests/support/records.hpp"

namespace sessgate::tests {

using adapters::lmdb::Environment;
using adapters::lmdb::take_clean_mark;

namespace fs = std::filesystem;

namespace {

constexpr std::uint64_t map_size = std::uint64_t{64} << 20;

bool has_mark(const fs::path& folder) {
    return fs::exists(folder / adapters::lmdb::clean_mark_name);
}

/// One session in a file that was closed in order.
fs::path closed_folder(LmdbFolder& folder) {
    REQUIRE(folder.run(folder.store().create(a_session(folder.now()))).has_value());
    folder.close();
    return folder.path();
}

/// Writes the byte at `at` of data.mdb, `change`d.
void rewrite_byte(const fs::path& folder, std::streamoff at, char change) {
    std::fstream file(folder / "data.mdb", std::ios::binary | std::ios::in | std::ios::out);
    file.seekg(at);
    const char byte = static_cast<char>(file.get() ^ change);
    file.seekp(at);
    file.put(byte);
}

/// Opens the file, whatever its pages are like, and closes it with a mark.
void mark(const fs::path& folder) {
    auto environment = *Environment::open(folder, map_size, Environment::Check::format);
    const auto closed = adapters::lmdb::closing_file(environment->handle());
    environment.reset();
    adapters::lmdb::leave_clean_mark(folder, closed.value());
}

/// Leaves the two indexes without the session. LMDB finds nothing wrong with that.
void lose_index_entries(const fs::path& folder) {
    const auto environment = *Environment::open(folder, map_size);
    adapters::lmdb::Transaction transaction(environment->handle(), 0);
    for (const MDB_dbi table : {environment->tables().sessions_by_user, environment->tables().sessions_by_expiry}) {
        REQUIRE(mdb_drop(transaction.handle(), table, 0) == 0);
    }
    transaction.commit();
}

/// Takes from each page on which `text` stands what kind of page it is.
void spoil_pages_with(const fs::path& folder, std::string_view text) {
    constexpr std::streamoff page_size = 4096;
    constexpr std::streamoff kind_at = 10;
    std::fstream file(folder / "data.mdb", std::ios::binary | std::ios::in | std::ios::out);
    std::string page(static_cast<std::size_t>(page_size), '\0');
    for (std::streamoff at = 0; file.seekg(at).read(page.data(), page_size); at += page_size) {
        if (page.find(text) != std::string::npos) file.seekp(at + kind_at).write("\0\0", 2);
    }
}

/// The file is there again as it was, with the time of its last write too.
void write_again(const fs::path& folder) {
    const fs::path file = folder / "data.mdb";
    const auto time = fs::last_write_time(file);
    rewrite_byte(folder, 0, 0);
    fs::last_write_time(file, time);
}

void put_copy_in_place(const fs::path& folder) {
    const fs::path file = folder / "data.mdb";
    const auto time = fs::last_write_time(file);
    fs::copy_file(file, folder / "copy");
    fs::rename(folder / "copy", file);
    fs::last_write_time(file, time);
}

void use_with_lmdb(const fs::path& folder) {
    const auto environment = *Environment::open(folder, map_size);
    adapters::lmdb::Transaction transaction(environment->handle(), 0);
    adapters::lmdb::put(transaction.handle(), environment->tables().meta, "other", "1");
    transaction.commit();
}

}  // namespace

TEST_CASE("a file that was closed in order is marked until it is opened again") {
    LmdbFolder folder;
    CHECK(!has_mark(folder.path()));
    folder.close();
    CHECK(has_mark(folder.path()));
    CHECK(fs::status(folder.path() / adapters::lmdb::clean_mark_name).permissions() ==
          (fs::perms::owner_read | fs::perms::owner_write));

    folder.open();
    CHECK(!has_mark(folder.path()));
    folder.close();

    CHECK(take_clean_mark(folder.path()));
    CHECK(!take_clean_mark(folder.path()));
}

TEST_CASE("the pages of a file that was closed in order are not read again, those of any other file are") {
    LmdbFolder folder;
    closed_folder(folder);
    lose_index_entries(folder.path());
    SUBCASE("with its mark") {
        mark(folder.path());
        folder.open();
        CHECK(folder.run(folder.store().check()).has_value());
    }
    SUBCASE("without a mark") {
        fs::remove(folder.path() / adapters::lmdb::clean_mark_name);
        CHECK_THROWS_WITH(folder.open(), doctest::Contains("data.mdb is damaged"));
    }
    SUBCASE("with the mark of what it was before") CHECK_THROWS_WITH(folder.open(), doctest::Contains("is damaged"));
}

TEST_CASE("whatever was done to a closed file, its mark is good no more") {
    const std::pair<const char*, std::function<void(const fs::path&)>> deeds[] = {
        {"a bit turned over on its first page", [](const fs::path& at) { rewrite_byte(at, 100, 1); }},
        {"a bit turned over at its end", [](const fs::path& at) { rewrite_byte(at, 4096 * 5, 1); }},
        {"written again as it was", write_again},
        {"a copy in its place", put_copy_in_place},
        {"used with LMDB", use_with_lmdb},
        {"cut short", [](const fs::path& at) { fs::resize_file(at / "data.mdb", 4096 * 4); }},
        {"longer", [](const fs::path& at) { fs::resize_file(at / "data.mdb", std::uint64_t{1} << 20); }},
        {"gone", [](const fs::path& at) { fs::remove(at / "data.mdb"); }},
        {"another mark", [](const fs::path& at) { std::ofstream(at / adapters::lmdb::clean_mark_name) << "1 2 3\n"; }},
        {"an empty mark", [](const fs::path& at) { fs::resize_file(at / adapters::lmdb::clean_mark_name, 0); }},
    };
    for (const auto& [what, deed] : deeds) {
        CAPTURE(what);
        LmdbFolder folder;
        const fs::path at = closed_folder(folder);
        REQUIRE(has_mark(at));
        deed(at);
        CHECK(!take_clean_mark(at));
        CHECK(!has_mark(at));
    }
}

TEST_CASE("another file in the place of the one that is open is not marked, nor are other contents") {
    LmdbFolder folder;
    const fs::path at = closed_folder(folder);
    const fs::path data = at / "data.mdb";
    fs::copy_file(data, at / "backup");
    folder.open();
    REQUIRE(folder.run(folder.store().create(a_session(folder.now()))).has_value());
    SUBCASE("renamed into its place") fs::rename(at / "backup", data);
    SUBCASE("copied over it") fs::copy_file(at / "backup", data, fs::copy_options::overwrite_existing);
    folder.close();
    CHECK(!has_mark(at));
}

TEST_CASE("a database that failed leaves no mark, so that its pages are read at the next start") {
    LmdbFolder folder;
    const core::SessionRecord session = a_session(folder.now());
    REQUIRE(folder.run(folder.store().create(session)).has_value());
    folder.close();
    spoil_pages_with(folder.path(), session.id.view());
    mark(folder.path());
    folder.open();
    CHECK(folder.run(folder.store().find(session.id)).error() == core::Errc::store_unavailable);
    CHECK(folder.log.events() == std::vector<std::string>{"store_failed"});
    folder.close();

    CHECK(!has_mark(folder.path()));
    CHECK_THROWS_WITH(folder.open(), doctest::Contains("data.mdb is damaged"));
}

}  // namespace sessgate::tests
