#include "tests/support/store_harness.hpp"

namespace sessgate::tests {

using core::Errc;
using ports::Created;

TEST_CASE_TEMPLATE("a session store keeps sessions", Harness, SESSGATE_STORES) {
    Harness harness;

    SUBCASE("an unknown id reads as no session") {
        const auto found = harness.run(harness.a().find(session_in(harness).id));
        REQUIRE(found.has_value());
        CHECK(*found == std::nullopt);
    }

    SUBCASE("a created session is read back as it was, on every shard") {
        core::SessionRecord session = session_in(harness);
        if (keeps_all_of_a_record<Harness>) {
            session.absolute_end = harness.now() + std::chrono::days(90);
            session.next = core::PendingSuccessor{{1, 2, 3}, {4, 5, 6}};
            session.previous = core::PreviousSecret{{7, 8}, core::Salt{9}, harness.now()};
        }
        session.attributes = R"({"text":"\u00e9\u0000ü","list":[1,2.5,null]})";
        REQUIRE(harness.run(harness.a().create(session)).value() == Created::created);

        CHECK(harness.run(harness.a().find(session.id)).value() == session);
        CHECK(harness.run(harness.b().find(session.id)).value() == session);
    }

    SUBCASE("members that a newer program wrote are kept through reading and replacing") {
        if (!keeps_all_of_a_record<Harness>) return;
        core::SessionRecord session = session_in(harness);
        session.unknown_fields = R"(,"device":{"id":9007199254740993},"weight":0.1)";
        REQUIRE(harness.run(harness.a().create(session)).has_value());

        const core::SessionRecord read = harness.run(harness.b().find(session.id)).value().value();
        REQUIRE(harness.run(harness.b().replace(read, renewed_in(harness, read, harness.now() + core::Milliseconds(1))))
                    .has_value());

        CHECK(harness.run(harness.a().find(session.id)).value().value().unknown_fields == session.unknown_fields);
    }

    SUBCASE("periods come back as stored, also those of a dead session") {
        const core::SessionRecord session = session_in(harness);
        REQUIRE(harness.run(harness.a().create(session)).has_value());

        harness.advance(std::chrono::days(15) + std::chrono::minutes(5));
        harness.sweep();

        CHECK(harness.run(harness.a().find(session.id)).value() == session);
    }

    SUBCASE("a session is remembered up to its store expiry and forgotten after it") {
        const core::SessionRecord session = session_in(harness);
        REQUIRE(harness.run(harness.a().create(session)).has_value());

        harness.advance(core::store_expiry(session) - harness.now());
        harness.sweep();
        CHECK(harness.run(harness.a().find(session.id)).value() == session);

        harness.advance(core::Milliseconds(1));
        harness.sweep();
        CHECK(harness.run(harness.a().find(session.id)).value() == std::nullopt);
        CHECK(harness.run(harness.a().sessions_of(session.user, std::nullopt, 10)).value().sessions.empty());
        CHECK(harness.run(harness.a().revoke(session.id)).value() == false);
    }

    SUBCASE("a renewal moves the instant at which a session is forgotten") {
        const core::SessionRecord session = session_in(harness);
        const core::SessionRecord later = renewed_in(harness, session, harness.now() + std::chrono::days(10));
        REQUIRE(harness.run(harness.a().create(session)).has_value());
        REQUIRE(harness.run(harness.a().replace(session, later)).has_value());

        harness.advance(core::store_expiry(session) - harness.now() + core::Milliseconds(1));
        harness.sweep();
        CHECK(harness.run(harness.a().find(session.id)).value() == later);

        harness.advance(std::chrono::days(10));
        harness.sweep();
        CHECK(harness.run(harness.a().find(session.id)).value() == std::nullopt);
    }

    SUBCASE("revoking ends a session once") {
        const core::SessionRecord session = session_in(harness);
        REQUIRE(harness.run(harness.a().create(session)).has_value());

        CHECK(harness.run(harness.b().revoke(session.id)).value() == true);
        CHECK(harness.run(harness.a().revoke(session.id)).value() == false);
        CHECK(harness.run(harness.a().find(session.id)).value() == std::nullopt);
    }

    SUBCASE("the store says that it is ready") {
        CHECK(harness.run(harness.a().check()).has_value());
    }
}

TEST_CASE_TEMPLATE("a session store creates a session under a new id only", Harness, SESSGATE_STORES) {
    Harness harness;
    const core::SessionRecord first = session_in(harness);
    core::SessionRecord second = session_in(harness, a_neighbour_of(first.user));
    second.id = first.id;
    second.hash = first.hash;

    SUBCASE("the second of two creations fails and changes nothing") {
        REQUIRE(harness.run(harness.a().create(first)).value() == Created::created);

        const auto outcome = harness.run(harness.b().create(second));

        REQUIRE(outcome.has_error());
        CHECK(outcome.error() == Errc::session_exists);
        CHECK(harness.run(harness.a().find(first.id)).value() == first);
        CHECK(harness.run(harness.a().sessions_of(second.user, std::nullopt, 10)).value().sessions.empty());
    }

    SUBCASE("a revoked id may be taken again") {
        REQUIRE(harness.run(harness.a().create(first)).has_value());
        REQUIRE(harness.run(harness.a().revoke(first.id)).value());

        CHECK(harness.run(harness.b().create(second)).value() == Created::created);
        CHECK(harness.run(harness.a().find(first.id)).value() == second);
        CHECK(harness.run(harness.a().sessions_of(first.user, std::nullopt, 10)).value().sessions.empty());
    }
}

TEST_CASE_TEMPLATE("a session store creates a session only beside the user record it was made from", Harness,
                   SESSGATE_STORES) {
    if (!keeps_all_of_a_record<Harness>) return;
    Harness harness;
    core::SessionRecord session = session_in(harness);
    const core::UserRecord user = a_user(7);

    SUBCASE("with a copy of the version that is stored") {
        REQUIRE(harness.run(harness.a().replace_user(std::nullopt, user)).has_value());
        session.user_copy = core::UserCopy{7, user.attributes};

        CHECK(harness.run(harness.b().create(session)).value() == Created::created);
        CHECK(harness.run(harness.a().find(session.id)).value() == session);
    }

    SUBCASE("not with a copy of another version") {
        REQUIRE(harness.run(harness.a().replace_user(std::nullopt, user)).has_value());
        session.user_copy = core::UserCopy{6, user.attributes};

        CHECK(harness.run(harness.b().create(session)).value() == Created::user_changed);
        CHECK(harness.run(harness.a().find(session.id)).value() == std::nullopt);
        CHECK(harness.run(harness.a().sessions_of(user.id, std::nullopt, 10)).value().sessions.empty());
    }

    SUBCASE("not without a copy when the user was put meanwhile") {
        REQUIRE(harness.run(harness.a().replace_user(std::nullopt, user)).has_value());

        CHECK(harness.run(harness.b().create(session)).value() == Created::user_changed);
        CHECK(harness.run(harness.a().find(session.id)).value() == std::nullopt);
    }

    SUBCASE("not with a copy when the user was removed meanwhile") {
        REQUIRE(harness.run(harness.a().replace_user(std::nullopt, user)).has_value());
        REQUIRE(harness.run(harness.a().remove_user(user.id)).value());
        session.user_copy = core::UserCopy{7, user.attributes};

        CHECK(harness.run(harness.b().create(session)).value() == Created::user_changed);
    }

    SUBCASE("a taken id is told before a changed user") {
        REQUIRE(harness.run(harness.a().create(session)).has_value());
        REQUIRE(harness.run(harness.a().replace_user(std::nullopt, user)).has_value());

        CHECK(harness.run(harness.b().create(session)).error() == Errc::session_exists);
    }
}

}  // namespace sessgate::tests
