#include "tests/support/store_harness.hpp"

namespace sessgate::tests {

using ports::Replaced;

namespace {

core::SessionRecord with_successor(core::SessionRecord session) {
    session.next = core::PendingSuccessor{{1}, {2}};
    return session;
}

core::SessionRecord promoted(core::SessionRecord session, core::WallTime now) {
    session.previous = core::PreviousSecret{session.hash, session.next->salt, now};
    session.hash = session.next->hash;
    session.next.reset();
    return session;
}

}  // namespace

TEST_CASE_TEMPLATE("a session is replaced only while it is what was read", Harness, SESSGATE_STORES) {
    Harness harness;
    const core::SessionRecord session = session_in(harness);
    const core::WallTime later = harness.now() + std::chrono::hours(30);
    REQUIRE(harness.run(harness.a().create(session)).has_value());

    SUBCASE("the replacement is what every shard reads then") {
        CHECK(harness.run(harness.a().replace(session, renewed_in(harness, session, later))).value() ==
              Replaced::replaced);
        CHECK(harness.run(harness.a().find(session.id)).value() == renewed_in(harness, session, later));
        CHECK(harness.run(harness.b().find(session.id)).value() == renewed_in(harness, session, later));
    }

    SUBCASE("renewing a revoked session does not bring it back") {
        REQUIRE(harness.run(harness.a().find(session.id)).has_value());
        REQUIRE(harness.run(harness.b().revoke(session.id)).value());

        CHECK(harness.run(harness.a().replace(session, renewed_in(harness, session, later))).value() == Replaced::gone);
        CHECK(harness.run(harness.a().find(session.id)).value() == std::nullopt);
        CHECK(harness.run(harness.a().sessions_of(session.user, std::nullopt, 10)).value().sessions.empty());
    }

    SUBCASE("a revocation after a renewal ends the renewed session") {
        REQUIRE(harness.run(harness.a().replace(session, renewed_in(harness, session, later))).has_value());

        CHECK(harness.run(harness.b().revoke(session.id)).value() == true);
        CHECK(harness.run(harness.a().find(session.id)).value() == std::nullopt);
    }

    SUBCASE("of two promotions one is made and the other is told to read again") {
        if (!keeps_all_of_a_record<Harness>) return;
        const core::SessionRecord pending = with_successor(session);
        REQUIRE(harness.run(harness.a().replace(session, pending)).has_value());
        const core::SessionRecord first = promoted(pending, later);
        const core::SessionRecord second = promoted(pending, later + core::Milliseconds(1));

        CHECK(harness.run(harness.a().replace(pending, first)).value() == Replaced::replaced);
        CHECK(harness.run(harness.b().replace(pending, second)).value() == Replaced::changed);
        CHECK(harness.run(harness.b().find(session.id)).value() == first);
    }

    SUBCASE("a renewal that did not see a user change is told to read again") {
        if (!keeps_all_of_a_record<Harness>) return;
        core::SessionRecord with_user = session;
        with_user.user_copy = core::UserCopy{2, R"({"name":"Ada"})"};
        REQUIRE(harness.run(harness.b().replace(session, with_user)).has_value());

        CHECK(harness.run(harness.a().replace(session, renewed_in(harness, session, later))).value() ==
              Replaced::changed);
        CHECK(harness.run(harness.a().find(session.id)).value() == with_user);
    }

    SUBCASE("a session made anew under a revoked id is not the one that was read") {
        core::SessionRecord other = session_in(harness, a_neighbour_of(session.user));
        other.id = session.id;
        if (!keeps_all_of_a_record<Harness>) other.hash = session.hash;
        REQUIRE(harness.run(harness.b().revoke(session.id)).value());
        REQUIRE(harness.run(harness.b().create(other)).has_value());

        CHECK(harness.run(harness.a().replace(session, renewed_in(harness, session, later))).value() ==
              Replaced::changed);
        CHECK(harness.run(harness.a().find(session.id)).value() == other);
    }

    SUBCASE("each part of the record counts") {
        const auto is_seen = [&](core::SessionRecord different) {
            return harness.run(harness.a().replace(different, session)).value() == Replaced::changed;
        };
        core::SessionRecord different = session;
        different.attributes = "{}";
        CHECK(is_seen(different));
        different = session;
        different.periods.idle_until += core::Milliseconds(1);
        CHECK(is_seen(different));
        if (!keeps_all_of_a_record<Harness>) return;
        different = session;
        different.unknown_fields = R"(,"x":1)";
        CHECK(is_seen(different));
        different = session;
        different.hash[31] ^= 1;
        CHECK(is_seen(different));
        different = session;
        different.absolute_end = later;
        CHECK(is_seen(different));
    }
}

}  // namespace sessgate::tests
