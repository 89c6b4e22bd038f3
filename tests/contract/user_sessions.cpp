#include <algorithm>

#include "tests/support/store_harness.hpp"

namespace sessgate::tests {

namespace {

/// Creates `count` sessions of `user` and gives them in the order of their ids.
template <typename Harness>
std::vector<core::SessionRecord> create_sessions(Harness& harness, std::size_t count, const core::UserId& user) {
    std::vector<core::SessionRecord> sessions;
    for (std::size_t i = 0; i < count; ++i) {
        sessions.push_back(session_in(harness, user));
        REQUIRE(harness.run(harness.a().create(sessions.back())).value() == ports::Created::created);
    }
    std::sort(sessions.begin(), sessions.end(), [](const auto& a, const auto& b) { return a.id < b.id; });
    return sessions;
}

}  // namespace

TEST_CASE_TEMPLATE("a store lists a user's sessions in pages", Harness, SESSGATE_STORES) {
    Harness harness;
    const core::UserId ada = a_user_id("ada");
    const auto sessions = create_sessions(harness, 5, ada);
    // Ids whose index entries lie just before and just behind those of ada, and one with the same bucket characters.
    create_sessions(harness, 1, a_user_id("ad"));
    create_sessions(harness, 1, a_user_id("ada!"));
    create_sessions(harness, 1, a_user_id("adb"));

    SUBCASE("all of them, in the order of their ids, and nobody else's") {
        const auto page = harness.run(harness.b().sessions_of(ada, std::nullopt, 10)).value();
        CHECK(page.sessions == sessions);
        CHECK(page.next_after == std::nullopt);
    }

    SUBCASE("page by page, each starting where the one before ended") {
        const auto first = harness.run(harness.a().sessions_of(ada, std::nullopt, 2)).value();
        const auto second = harness.run(harness.a().sessions_of(ada, first.next_after, 2)).value();
        const auto third = harness.run(harness.a().sessions_of(ada, second.next_after, 2)).value();

        CHECK(first.sessions == std::vector(sessions.begin(), sessions.begin() + 2));
        CHECK(second.sessions == std::vector(sessions.begin() + 2, sessions.begin() + 4));
        CHECK(third.sessions == std::vector(sessions.begin() + 4, sessions.end()));
        CHECK(first.next_after == sessions[1].id);
        CHECK(second.next_after == sessions[3].id);
        CHECK(third.next_after == std::nullopt);
    }

    SUBCASE("a page that ends with the last session is the last page") {
        const auto page = harness.run(harness.a().sessions_of(ada, std::nullopt, 5)).value();
        CHECK(page.sessions.size() == 5);
        CHECK(page.next_after == std::nullopt);
    }

    SUBCASE("a page goes on behind a session that was revoked meanwhile") {
        REQUIRE(harness.run(harness.b().revoke(sessions[1].id)).value());

        const auto page = harness.run(harness.a().sessions_of(ada, sessions[1].id, 2)).value();
        CHECK(page.sessions == std::vector(sessions.begin() + 2, sessions.begin() + 4));
    }

    SUBCASE("a user without sessions has an empty list") {
        const auto page = harness.run(harness.a().sessions_of(a_user_id("nobody"), std::nullopt, 10)).value();
        CHECK(page.sessions.empty());
        CHECK(page.next_after == std::nullopt);
    }
}

TEST_CASE_TEMPLATE("a store revokes all sessions of a user", Harness, SESSGATE_STORES) {
    Harness harness;
    const core::UserId ada = a_user_id("ada");
    const auto sessions = create_sessions(harness, 5, ada);
    const auto others = create_sessions(harness, 2, a_user_id("ada!"));

    SUBCASE("all of them and nobody else's") {
        CHECK(harness.run(harness.b().revoke_all(ada, std::nullopt)).value() == 5);
        for (const auto& session : sessions) CHECK(harness.run(harness.a().find(session.id)).value() == std::nullopt);
        CHECK(harness.run(harness.a().sessions_of(ada, std::nullopt, 10)).value().sessions.empty());
        CHECK(harness.run(harness.a().sessions_of(others[0].user, std::nullopt, 10)).value().sessions == others);
        CHECK(harness.run(harness.b().revoke_all(ada, std::nullopt)).value() == 0);
    }

    SUBCASE("all but one") {
        CHECK(harness.run(harness.b().revoke_all(ada, sessions[2].id)).value() == 4);
        CHECK(harness.run(harness.a().sessions_of(ada, std::nullopt, 10)).value().sessions == std::vector{sessions[2]});
    }

    SUBCASE("an exception that is not the user's own spares nothing") {
        CHECK(harness.run(harness.b().revoke_all(ada, others[0].id)).value() == 5);
        CHECK(harness.run(harness.a().find(others[0].id)).value() == others[0]);
    }

    SUBCASE("a session that is created after it lives") {
        REQUIRE(harness.run(harness.b().revoke_all(ada, std::nullopt)).has_value());
        const core::SessionRecord next = session_in(harness, ada);

        REQUIRE(harness.run(harness.a().create(next)).has_value());

        CHECK(harness.run(harness.b().find(next.id)).value() == next);
    }

    SUBCASE("a renewal of one of them does not bring it back") {
        REQUIRE(harness.run(harness.b().revoke_all(ada, std::nullopt)).has_value());

        const auto later = renewed_in(harness, sessions[0], harness.now() + std::chrono::hours(30));
        CHECK(harness.run(harness.a().replace(sessions[0], later)).value() == ports::Replaced::gone);
        CHECK(harness.run(harness.a().find(sessions[0].id)).value() == std::nullopt);
    }
}

TEST_CASE_TEMPLATE("a store revokes more sessions of a user than fit into one step", Harness, SESSGATE_STORES) {
    Harness harness;
    const core::UserId ada = a_user_id("ada");
    const auto sessions = create_sessions(harness, 150, ada);

    CHECK(harness.run(harness.a().revoke_all(ada, sessions[70].id)).value() == 149);
    CHECK(harness.run(harness.b().sessions_of(ada, std::nullopt, 200)).value().sessions == std::vector{sessions[70]});
}

}  // namespace sessgate::tests
