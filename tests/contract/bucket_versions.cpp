#include <doctest/doctest.h>

#include "tests/support/store_harness.hpp"

using namespace sessgate;
using namespace sessgate::tests;
using ports::Replaced;

// A near-cache asks for the version first and for the record after it; whatever was acknowledged in between or later
// has to show in the version that it asks for before it believes the record again.

namespace {

/// What `change` does to the version under which `session` would be kept; nullopt where the store has none.
template <typename Harness, typename Change>
std::optional<bool> raises_version(Harness& harness, const core::SessionRecord& session, Change change) {
    const auto before = harness.a().version_of(session.id);
    change();
    const auto after = harness.a().version_of(session.id);
    REQUIRE(before.has_value() == after.has_value());
    if (!before) return std::nullopt;
    CHECK(harness.b().version_of(session.id) == after);
    return before != after;
}

}  // namespace

TEST_CASE_TEMPLATE("every acknowledged write to a session shows in its version, on all shards", Harness,
                   SESSGATE_STORES) {
    Harness harness;
    const auto session = session_in(harness);
    const auto other = session_in(harness);
    const auto expect_raised = [](std::optional<bool> raised) { CHECK(raised.value_or(true)); };
    const auto create = [&] { REQUIRE(harness.run(harness.b().create(session)).has_value()); };
    expect_raised(raises_version(harness, session, create));
    expect_raised(raises_version(harness, session, [&] {
        REQUIRE(harness.run(harness.b().replace(session, renewed_in(harness, session, harness.now()))).value() ==
                Replaced::replaced);
    }));
    expect_raised(
        raises_version(harness, session, [&] { REQUIRE(harness.run(harness.b().revoke(session.id)).value()); }));
    REQUIRE(harness.run(harness.b().create(other)).has_value());
    expect_raised(raises_version(
        harness, other, [&] { REQUIRE(harness.run(harness.b().revoke_all(other.user, std::nullopt)).value() == 1); }));
}

TEST_CASE_TEMPLATE("a version stays while nothing is written to its bucket", Harness, SESSGATE_STORES) {
    Harness harness;
    const auto session = session_in(harness);
    const auto stranger = session_in(harness, a_user_id("somebody-else"));
    REQUIRE(session.id.bucket() != stranger.id.bucket());
    REQUIRE(harness.run(harness.a().create(session)).has_value());

    const auto raised = raises_version(harness, session, [&] {
        REQUIRE(harness.run(harness.b().find(session.id)).has_value());
        REQUIRE(harness.run(harness.b().create(stranger)).has_value());
        REQUIRE(harness.run(harness.b().revoke(stranger.id)).value());
    });
    CHECK_FALSE(raised.value_or(false));
}

TEST_CASE_TEMPLATE("a store says whether it has versions", Harness, SESSGATE_STORES) {
    Harness harness;
    CHECK(harness.a().tells_versions() == harness.a().version_of(a_session(harness.now()).id).has_value());
}

TEST_CASE("the embedded store has versions") {
    LmdbHarness harness;
    CHECK(harness.a().version_of(a_session(harness.now()).id).has_value());
}
