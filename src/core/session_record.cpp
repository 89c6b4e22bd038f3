#include "sessgate/core/session_record.hpp"

#include <algorithm>

namespace sessgate::core {

WallTime store_expiry(const SessionRecord& session) noexcept {
    const WallTime dead_end =
        session.absolute_end ? std::min(*session.absolute_end, session.periods.idle_until) : session.periods.idle_until;
    return dead_end + std::chrono::minutes(10);
}

}  // namespace sessgate::core
