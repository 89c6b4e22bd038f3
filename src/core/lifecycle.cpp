#include "sessgate/core/lifecycle.hpp"

#include <algorithm>

namespace sessgate::core {

SessionState state_at(const SessionRecord& session, WallTime now) noexcept {
    if (session.absolute_end && now > *session.absolute_end) return SessionState::dead;
    if (now <= session.periods.active_until) return SessionState::active;
    return now <= session.periods.idle_until ? SessionState::idle : SessionState::dead;
}

SessionPeriods periods_from(const SessionRecord& session, WallTime now) noexcept {
    const WallTime last_instant = session.absolute_end.value_or(WallTime::max());
    const WallTime active_until = std::min(now + session.active_period, last_instant);
    return {active_until, std::min(active_until + session.idle_period, last_instant)};
}

std::optional<SessionPeriods> renewal_at(const SessionRecord& session, WallTime now) noexcept {
    if (state_at(session, now) != SessionState::idle) return std::nullopt;
    return periods_from(session, now);
}

}  // namespace sessgate::core
