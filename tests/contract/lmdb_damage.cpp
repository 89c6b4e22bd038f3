#include <doctest/doctest.h>

#include <fstream>
#include <sstream>

#include "tests/support/lmdb_folder.hpp"
#include "tests/support/records.hpp"

namespace sessgate::tests {

using core::Errc;

namespace {

std::string read_file(const std::filesystem::path& path) {
    std::ostringstream text;
    text << std::ifstream(path, std::ios::binary).rdbuf();
    return text.str();
}

/// Changes one bit in every place of the file that reads `marker`; LMDB leaves old pages in it, with older copies.
int flip_a_bit_after(const std::filesystem::path& file, std::string_view marker) {
    std::string bytes = read_file(file);
    int count = 0;
    for (auto at = bytes.find(marker); at != std::string::npos; at = bytes.find(marker, at + 1), ++count) {
        bytes[at + marker.size()] = static_cast<char>(bytes[at + marker.size()] ^ 1);
    }
    std::ofstream(file, std::ios::binary) << bytes;
    return count;
}

}  // namespace

TEST_CASE("a record with a flipped bit is store_protocol and decides nothing") {
    LmdbFolder folder;
    core::SessionRecord session = a_session(folder.now());
    session.attributes = R"({"marker":"flip this"})";
    const core::SessionRecord sound = a_session(folder.now());
    REQUIRE(folder.run(folder.store().create(session)).has_value());
    REQUIRE(folder.run(folder.store().create(sound)).has_value());
    folder.close();
    REQUIRE(flip_a_bit_after(folder.path() / "data.mdb", "flip this") > 0);
    folder.open();
    ports::SessionStore& store = folder.store();

    SUBCASE("when it is read, listed, replaced or revoked") {
        CHECK(folder.run(store.find(session.id)).error() == Errc::store_protocol);
        CHECK(folder.run(store.sessions_of(session.user, std::nullopt, 10)).error() == Errc::store_protocol);
        CHECK(folder.run(store.replace(session, renewed(session, folder.now()))).error() == Errc::store_protocol);
        CHECK(folder.run(store.revoke(session.id)).error() == Errc::store_protocol);
    }

    SUBCASE("and the others are as good as before") {
        CHECK(folder.run(store.find(sound.id)).value() == sound);
        CHECK(folder.run(store.revoke(sound.id)).value() == true);
        CHECK(folder.run(store.check()).has_value());
    }

    SUBCASE("and revoke-all takes it away") {
        CHECK(folder.run(store.revoke_all(session.user, std::nullopt)).value() == 2);
        CHECK(folder.run(store.find(session.id)).value() == std::nullopt);
    }

    SUBCASE("and the sweep takes it away") {
        folder.clock.advance(std::chrono::days(30));
        while (folder.database().sweep() > 0) continue;
        CHECK(folder.run(store.find(session.id)).value() == std::nullopt);
    }
}

TEST_CASE("a damaged user record lets no session be created") {
    LmdbFolder folder;
    REQUIRE(folder.run(folder.store().replace_user(std::nullopt, a_user(1))).has_value());
    folder.close();
    REQUIRE(flip_a_bit_after(folder.path() / "data.mdb", R"("name":"A)") > 0);
    folder.open();

    CHECK(folder.run(folder.store().find_user(a_user_id())).error() == Errc::store_protocol);
    CHECK(folder.run(folder.store().create(a_session(folder.now()))).error() == Errc::store_protocol);
}

}  // namespace sessgate::tests
