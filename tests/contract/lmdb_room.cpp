#include <doctest/doctest.h>
#include <sys/mount.h>

#include <fstream>
#include <span>

#include "tests/support/lmdb_folder.hpp"
#include "tests/support/records.hpp"

namespace sessgate::tests {

using core::Errc;
using ports::Created;

namespace {

constexpr std::size_t revocations = 1000;
constexpr std::uint64_t small_map = std::uint64_t{16} << 20;

/// Creates sessions, many to a transaction, until the store has no room. Those that were created.
std::vector<core::SessionRecord> fill(LmdbFolder& folder, std::size_t attribute_bytes) {
    std::vector<core::SessionRecord> created;
    for (bool full = false; !full;) {
        std::vector<core::SessionRecord> sessions;
        std::vector<Answer<Created>> answers(50);
        for (auto& answer : answers) {
            sessions.push_back(a_session(folder.now(), a_user_id("user" + std::to_string(created.size() % 7))));
            sessions.back().attributes = R"({"filling":")" + std::string(attribute_bytes, 'x') + "\"}";
            start(folder.context(), folder.store().create(sessions.back()), answer);
        }
        folder.context().restart();
        folder.context().run();
        for (std::size_t i = 0; i < answers.size(); ++i) {
            const auto& result = answers[i].result.value();
            if (result.has_value()) created.push_back(sessions[i]);
            if (result.has_error()) REQUIRE(result.error() == Errc::store_full);
            full = full || result.has_error();
        }
    }
    return created;
}

/// Revokes all of them, as many in one transaction as the writer takes.
void revoke_together(LmdbFolder& folder, std::span<const core::SessionRecord> sessions) {
    std::vector<Answer<bool>> answers(sessions.size());
    for (std::size_t i = 0; i < sessions.size(); ++i) {
        start(folder.context(), folder.store().revoke(sessions[i].id), answers[i]);
        if (i % 1000 < 999 && i + 1 < sessions.size()) continue;
        folder.context().restart();
        folder.context().run();
    }
    for (const auto& answer : answers) REQUIRE(answer.result.value().value() == true);
}

/// What a store must still do when nothing more fits in.
void check_full_store(LmdbFolder& folder, std::size_t attribute_bytes) {
    const auto sessions = fill(folder, attribute_bytes);
    REQUIRE(sessions.size() > revocations + 300);
    ports::SessionStore& store = folder.store();

    const core::SessionRecord& last = sessions.back();
    CHECK(folder.run(store.find(last.id)).value() == last);
    CHECK(folder.run(store.check()).has_value());

    for (std::size_t i = 0; i < revocations; ++i) REQUIRE(folder.run(store.revoke(sessions[i].id)).value() == true);
    CHECK(folder.run(store.find(sessions[0].id)).value() == std::nullopt);
    CHECK(folder.run(store.find(last.id)).value() == last);

    revoke_together(folder, std::span(sessions).subspan(revocations));
    CHECK(folder.run(store.create(a_session(folder.now()))).value() == Created::created);
    CHECK(folder.log.events().empty());
}

/// A small disk, where this process may make one.
class SmallDisk {
public:
    explicit SmallDisk(const char* size) {
        const std::string options = std::string("size=") + size;
        mounted_ = ::mount("tmpfs", folder_.path().c_str(), "tmpfs", 0, options.c_str()) == 0;
    }
    SmallDisk(const SmallDisk&) = delete;
    SmallDisk& operator=(const SmallDisk&) = delete;
    ~SmallDisk() {
        if (mounted_) ::umount2(folder_.path().c_str(), MNT_DETACH);
    }
    bool is_there() const noexcept { return mounted_; }
    const std::filesystem::path& path() const noexcept { return folder_.path(); }

private:
    TemporaryFolder folder_;
    bool mounted_ = false;
};

}  // namespace

TEST_CASE("with the map full creation is refused while 1,000 revocations and reads go on, and room comes back") {
    LmdbFolder folder({.map_size = small_map});
    SUBCASE("with small records") {
        check_full_store(folder, 10);
    }
    SUBCASE("with records on pages of their own") {
        check_full_store(folder, 2500);
    }
}

TEST_CASE("with the disk full creation is refused while 1,000 revocations and reads go on, and room comes back") {
    const SmallDisk disk("24m");
    if (!disk.is_there()) {
        MESSAGE("skipped: this user may not mount a small disk");
        return;
    }
    LmdbFolder folder({.folder = disk.path() / "data"});
    SUBCASE("with small records") {
        check_full_store(folder, 10);
    }
    SUBCASE("with records on pages of their own") {
        check_full_store(folder, 2500);
    }
}

TEST_CASE("a disk that others fill up leaves revocations their room") {
    const SmallDisk disk("32m");
    if (!disk.is_there()) {
        MESSAGE("skipped: this user may not mount a small disk");
        return;
    }
    LmdbFolder folder({.folder = disk.path() / "data"});
    std::vector<core::SessionRecord> sessions;
    for (std::size_t i = 0; i < revocations; ++i) {
        sessions.push_back(a_session(folder.now()));
        REQUIRE(folder.run(folder.store().create(sessions.back())).has_value());
    }
    std::ofstream(disk.path() / "other", std::ios::binary) << std::string(40 << 20, 'x');
    REQUIRE(std::filesystem::space(disk.path()).available == 0);

    for (const auto& session : sessions) REQUIRE(folder.run(folder.store().revoke(session.id)).value() == true);
}

TEST_CASE("in a full store revoke-all, removing users and the sweep go on") {
    LmdbFolder folder({.map_size = small_map});
    REQUIRE(folder.run(folder.store().replace_user(std::nullopt, a_user(1))).has_value());
    const auto sessions = fill(folder, 10);
    const auto first_user = sessions.front().user;

    const core::SessionRecord& last = sessions.back();
    CHECK(folder.run(folder.store().replace(last, renewed(last, folder.now()))).error() == Errc::store_full);
    CHECK(folder.run(folder.store().replace_user(a_user(1), a_user(2))).error() == Errc::store_full);
    CHECK(folder.run(folder.store().remove_user(a_user_id())).value() == true);
    CHECK(folder.run(folder.store().revoke_all(first_user, std::nullopt)).value() > 300);

    folder.clock.advance(std::chrono::days(30));
    while (folder.database().sweep() > 0) continue;
    CHECK(folder.run(folder.store().find(last.id)).value() == std::nullopt);
    CHECK(folder.run(folder.store().create(a_session(folder.now()))).value() == Created::created);
}

TEST_CASE("a store is full again and again without losing its room for revocations") {
    LmdbFolder folder({.map_size = small_map});
    for (int round = 0; round < 3; ++round) {
        auto sessions = fill(folder, round == 1 ? 2500 : 300);
        REQUIRE(sessions.size() > 300);
        revoke_together(folder, sessions);
    }
}

}  // namespace sessgate::tests
