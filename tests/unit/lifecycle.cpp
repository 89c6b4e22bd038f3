#include "sessgate/core/lifecycle.hpp"

#include <doctest/doctest.h>

#include "tests/support/records.hpp"

using namespace sessgate::core;
using namespace std::chrono_literals;
using sessgate::tests::a_session;

namespace {

const WallTime start = from_ms(1'000'000);

SessionRecord session_with(std::optional<WallTime> absolute_end = std::nullopt) {
    SessionRecord session = a_session(start);
    session.active_period = 100ms;
    session.idle_period = 1000ms;
    session.absolute_end = absolute_end;
    session.periods = periods_from(session, start);
    return session;
}

}  // namespace

TEST_CASE("a session is active up to and with the last instant of its active period, idle up to that of its idle period, then dead") {
    const SessionRecord session = session_with();

    CHECK(state_at(session, start) == SessionState::active);
    CHECK(state_at(session, start + 100ms) == SessionState::active);
    CHECK(state_at(session, start + 101ms) == SessionState::idle);
    CHECK(state_at(session, start + 1100ms) == SessionState::idle);
    CHECK(state_at(session, start + 1101ms) == SessionState::dead);
}

TEST_CASE("the absolute end caps both periods") {
    SUBCASE("within the active period") {
        const SessionRecord session = session_with(start + 50ms);
        CHECK(session.periods == SessionPeriods{start + 50ms, start + 50ms});
        CHECK(state_at(session, start + 50ms) == SessionState::active);
        CHECK(state_at(session, start + 51ms) == SessionState::dead);
    }
    SUBCASE("within the idle period") {
        const SessionRecord session = session_with(start + 500ms);
        CHECK(session.periods == SessionPeriods{start + 100ms, start + 500ms});
        CHECK(state_at(session, start + 500ms) == SessionState::idle);
        CHECK(state_at(session, start + 501ms) == SessionState::dead);
    }
    SUBCASE("even for a record whose periods pass it") {
        SessionRecord session = session_with();
        session.absolute_end = start + 50ms;
        CHECK(state_at(session, start + 50ms) == SessionState::active);
        CHECK(state_at(session, start + 51ms) == SessionState::dead);
    }
}

TEST_CASE("only an idle session is renewed, from now on and never past its absolute end") {
    const SessionRecord session = session_with(start + 1500ms);

    CHECK_FALSE(renewal_at(session, start + 100ms).has_value());
    CHECK(renewal_at(session, start + 101ms) == SessionPeriods{start + 201ms, start + 1201ms});
    CHECK(renewal_at(session, start + 1100ms) == SessionPeriods{start + 1200ms, start + 1500ms});
    CHECK_FALSE(renewal_at(session, start + 1101ms).has_value());
}

TEST_CASE("a store keeps a record for ten minutes after its dead end") {
    CHECK(store_expiry(session_with()) == start + 1100ms + 10min);
    CHECK(store_expiry(session_with(start + 500ms)) == start + 500ms + 10min);
}
