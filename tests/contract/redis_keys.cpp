#include "tests/support/redis_harness.hpp"

#include <doctest/doctest.h>

namespace sessgate::tests {

using core::Errc;
using ports::Created;
using ports::Replaced;

namespace {

std::string key_of(const char* mark, const core::SessionRecord& session, std::string_view id) {
    return "sessgate:" + std::string(mark) + ":{" + std::string(session.id.bucket()) + "}:" + std::string(id);
}

std::string session_key(const core::SessionRecord& session) {
    return key_of("s", session, session.id.view());
}

std::string index_key(const core::SessionRecord& session) {
    return key_of("i", session, session.user.view());
}

std::string ms_text(core::WallTime time) {
    return std::to_string(core::to_ms(time));
}

}  // namespace

TEST_CASE("Redis keeps a session, its user and its index under one bucket, each with its expiry") {
    RedisUnixHarness harness;
    core::SessionRecord session = a_session(harness.now());
    session.user_copy = core::UserCopy{1, a_user().attributes};
    REQUIRE(harness.run(harness.a().replace_user(std::nullopt, a_user())).has_value());
    REQUIRE(harness.run(harness.a().create(session)).value() == Created::created);
    const auto ask = [&](std::initializer_list<std::string_view> command) { return harness.server().ask(command); };

    CHECK(ask({"GET", session_key(session)}) == core::RecordCodec().encode(session));
    CHECK(ask({"GET", key_of("u", session, session.user.view())}) == core::RecordCodec().encode(a_user()));
    CHECK(ask({"PEXPIRETIME", key_of("u", session, session.user.view())}) == "-1");
    CHECK(ask({"PEXPIRETIME", session_key(session)}) == ms_text(core::store_expiry(session)));
    CHECK(ask({"ZSCORE", index_key(session), session.id.view()}) == ms_text(core::store_expiry(session)));
    CHECK(ask({"PEXPIRETIME", index_key(session)}) == ms_text(harness.now() + std::chrono::days(400)));

    SUBCASE("and moves all of them with a renewal") {
        harness.advance(std::chrono::hours(30));
        const auto later = renewed(session, harness.now());
        REQUIRE(harness.run(harness.b().replace(session, later)).value() == Replaced::replaced);

        CHECK(ask({"PEXPIRETIME", session_key(session)}) == ms_text(core::store_expiry(later)));
        CHECK(ask({"ZSCORE", index_key(session), session.id.view()}) == ms_text(core::store_expiry(later)));
        CHECK(ask({"PEXPIRETIME", index_key(session)}) == ms_text(harness.now() + std::chrono::days(400)));
    }

    SUBCASE("and takes both away with a revocation") {
        REQUIRE(harness.run(harness.b().revoke(session.id)).value());
        CHECK(ask({"EXISTS", session_key(session), index_key(session)}) == "0");
    }
}

TEST_CASE("creating a session prunes those of the user's index that have been gone for a day") {
    RedisUnixHarness harness;
    const auto first = a_session(harness.now());
    REQUIRE(harness.run(harness.a().create(first)).has_value());
    const auto in_index = [&] {
        return harness.server().ask({"ZSCORE", index_key(first), first.id.view()}) != "(nil)";
    };

    harness.advance(core::store_expiry(first) + std::chrono::days(1) - harness.now());
    REQUIRE(harness.run(harness.a().create(a_session(harness.now()))).has_value());
    CHECK(in_index());

    harness.advance(core::Milliseconds(1));
    REQUIRE(harness.run(harness.a().create(a_session(harness.now()))).has_value());
    CHECK(!in_index());
}

TEST_CASE("revoking works when Redis is full, and creating is refused as full") {
    RedisUnixHarness harness;
    const auto session = a_session(harness.now());
    const auto other = a_session(harness.now());
    REQUIRE(harness.run(harness.a().create(session)).has_value());
    REQUIRE(harness.run(harness.a().create(other)).has_value());
    harness.server().ask({"CONFIG", "SET", "maxmemory", "1"});
    const auto run = [&](auto call) { return harness.run_without_settling(std::move(call)); };

    CHECK(run(harness.a().create(a_session(harness.now()))).error() == Errc::store_full);
    CHECK(run(harness.a().replace(session, renewed(session, harness.now() + std::chrono::hours(30)))).error() ==
          Errc::store_full);
    CHECK(run(harness.b().find(session.id)).value() == session);
    CHECK(run(harness.a().revoke(session.id)).value());
    CHECK(run(harness.a().revoke_all(other.user, std::nullopt)).value() == 1);
    CHECK(run(harness.b().find(session.id)).value() == std::nullopt);
    harness.server().ask({"CONFIG", "SET", "maxmemory", "0"});
}

TEST_CASE("one read costs Redis one command, a certain no two more") {
    RedisUnixHarness harness;
    const auto session = a_session(harness.now());
    REQUIRE(harness.run(harness.a().create(session)).has_value());
    const auto gets = [&] {
        const std::string stats = harness.server().ask({"INFO", "commandstats"});
        const auto at = stats.find("cmdstat_get:calls=");
        return at == std::string::npos ? 0 : std::stoi(stats.substr(at + 18));
    };

    harness.server().ask({"CONFIG", "RESETSTAT"});
    REQUIRE(harness.run(harness.a().find(session.id)).value() == session);
    CHECK(gets() == 1);
    REQUIRE(harness.run(harness.a().find(a_session(harness.now()).id)).value() == std::nullopt);
    CHECK(gets() == 3);
}

TEST_CASE("a record that is not what its key says decides nothing, and other reads go on") {
    RedisUnixHarness harness;
    const auto session = a_session(harness.now());
    const auto other = a_session(harness.now());
    REQUIRE(harness.run(harness.a().create(session)).has_value());
    REQUIRE(harness.run(harness.a().create(other)).has_value());
    harness.server().ask({"SET", session_key(session), harness.server().ask({"GET", session_key(other)})});

    const auto later = renewed(session, harness.now() + std::chrono::hours(30));
    CHECK(harness.run(harness.a().find(session.id)).error() == Errc::store_protocol);
    CHECK(harness.run(harness.a().replace(session, later)).error() == Errc::store_protocol);
    CHECK(harness.run(harness.a().sessions_of(session.user, std::nullopt, 9)).error() == Errc::store_protocol);
    CHECK(harness.run(harness.a().find(other.id)).value() == other);
    CHECK(harness.run(harness.a().revoke(session.id)).value());
}

TEST_CASE("an index that names a session of somebody else, or one that is gone, lists neither") {
    RedisUnixHarness harness;
    const auto session = a_session(harness.now());
    const auto gone = a_session(harness.now());
    REQUIRE(harness.run(harness.a().create(session)).has_value());
    harness.server().ask({"ZADD", index_key(session), "1", gone.id.view()});

    const auto page = harness.run(harness.a().sessions_of(session.user, std::nullopt, 9)).value();
    CHECK(page.sessions == std::vector{session});
    CHECK(harness.run(harness.a().revoke_all(session.user, std::nullopt)).value() == 1);
}

}  // namespace sessgate::tests
