#include "sessgate/core/lucia_move.hpp"

#include <doctest/doctest.h>

#include "sessgate/core/lifecycle.hpp"
#include "tests/support/lucia_harness.hpp"

namespace sessgate::tests {

using core::from_ms;

namespace {

constexpr core::WallTime began = from_ms(1'795'000'000'000);
constexpr std::string_view lucia_id = "qhkikec4b2mz0xw9v8u7t6s5r4q3p2o1n0m5fyx1";

/// A session of Lucia's as its record says it.
core::SessionRecord lucia_session() {
    const core::LuciaRecords records = lucia_records(core::Layout::lucia_2);
    core::SessionRecord session = a_session(began);
    session.id = records.ids().shown(lucia_id).value();
    session.hash = records.ids().hash_of(session.id).value();
    return records.as_kept(std::move(session));
}

}  // namespace

TEST_CASE("what a session of Lucia's becomes follows from it alone, and its secret from Lucia's only") {
    const core::SessionRecord session = lucia_session();
    const core::SessionId id = core::moved_id(session);

    CHECK(id == core::moved_id(session));
    CHECK(id.view().size() == core::SessionId::length);
    CHECK(id.bucket() == core::bucket_of(session.user));
    const auto secret = [&](std::uint8_t byte) { return core::moved_secret(core::Secret{{byte}}, id); };
    CHECK(secret(1) == secret(1));
    CHECK_FALSE(secret(1) == secret(2));
}

TEST_CASE("a session that moves while it is idle is renewed, and one that is active keeps its periods") {
    const core::SessionRecord session = lucia_session();
    const auto moved_at = [&](core::WallTime now) {
        return core::moved_record(session, core::SecretHash{1}, now, std::chrono::days(90));
    };
    const core::WallTime idle = began + std::chrono::hours(30);

    CHECK(moved_at(began).periods == session.periods);
    CHECK(moved_at(idle).periods.active_until == idle + std::chrono::hours(24));
    CHECK(moved_at(idle).absolute_end == idle + std::chrono::days(90));
    CHECK(moved_at(idle).attributes == session.attributes);
    CHECK(core::origin_of(moved_at(idle)) == session.id);
    CHECK(core::origin_of(session) == std::nullopt);
}

TEST_CASE("only a session of Lucia's is marked as moved") {
    const core::SessionRecord session = lucia_session();
    CHECK_FALSE(core::is_marked_as_moved(session));
    CHECK(core::is_marked_as_moved(core::marked_as_moved(session, began)));
    core::SessionRecord ours = a_session(began);
    ours.previous = core::PreviousSecret{};
    CHECK_FALSE(core::is_marked_as_moved(ours));
}

}  // namespace sessgate::tests
