#include "tests/support/store_harness.hpp"

namespace sessgate::tests {

using ports::Replaced;

TEST_CASE_TEMPLATE("a session store keeps user records", Harness, SESSGATE_STORES) {
    Harness harness;
    const core::UserRecord first = a_user(1);
    core::UserRecord second = a_user(2);
    second.attributes = R"({"name":"Ada L."})";

    SUBCASE("an unknown user reads as none") {
        CHECK(harness.run(harness.a().find_user(first.id)).value() == std::nullopt);
    }

    SUBCASE("a new user is read back as it was, on every shard") {
        core::UserRecord user = first;
        user.unknown_fields = R"(,"team":"x")";

        CHECK(harness.run(harness.a().replace_user(std::nullopt, user)).value() == Replaced::replaced);
        CHECK(harness.run(harness.a().find_user(user.id)).value() == user);
        CHECK(harness.run(harness.b().find_user(user.id)).value() == user);
    }

    SUBCASE("of two first writes one is made and the other is told to read again") {
        REQUIRE(harness.run(harness.a().replace_user(std::nullopt, first)).value() == Replaced::replaced);

        CHECK(harness.run(harness.b().replace_user(std::nullopt, second)).value() == Replaced::changed);
        CHECK(harness.run(harness.a().find_user(first.id)).value() == first);
    }

    SUBCASE("a user is replaced only while it is what was read") {
        REQUIRE(harness.run(harness.a().replace_user(std::nullopt, first)).has_value());

        CHECK(harness.run(harness.a().replace_user(first, second)).value() == Replaced::replaced);
        CHECK(harness.run(harness.b().replace_user(first, second)).value() == Replaced::changed);
        CHECK(harness.run(harness.b().find_user(first.id)).value() == second);
    }

    SUBCASE("a removed user is gone and does not come back by a change") {
        REQUIRE(harness.run(harness.a().replace_user(std::nullopt, first)).has_value());

        CHECK(harness.run(harness.b().remove_user(first.id)).value() == true);
        CHECK(harness.run(harness.b().remove_user(first.id)).value() == false);
        CHECK(harness.run(harness.a().replace_user(first, second)).value() == Replaced::gone);
        CHECK(harness.run(harness.a().find_user(first.id)).value() == std::nullopt);
    }

    SUBCASE("removing a user leaves its sessions to the caller") {
        if (!keeps_all_of_a_record<Harness>) return;
        core::SessionRecord session = session_in(harness, first.id);
        session.user_copy = core::UserCopy{first.version, first.attributes};
        REQUIRE(harness.run(harness.a().replace_user(std::nullopt, first)).has_value());
        REQUIRE(harness.run(harness.a().create(session)).value() == ports::Created::created);

        REQUIRE(harness.run(harness.a().remove_user(first.id)).value());

        CHECK(harness.run(harness.a().find(session.id)).value() == session);
    }
}

}  // namespace sessgate::tests
