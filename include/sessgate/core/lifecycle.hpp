#pragma once

#include <optional>

#include "sessgate/core/session_record.hpp"

namespace sessgate::core {

enum class SessionState { active, idle, dead };

/// `now <= active end`: active; `now <= idle end`: idle; later: dead. The absolute end caps both.
SessionState state_at(const SessionRecord& session, WallTime now) noexcept;

/// The periods of a session that starts or is renewed at `now`, none of them past the absolute end.
SessionPeriods periods_from(const SessionRecord& session, WallTime now) noexcept;

/// New periods for a session that is idle at `now`; nullopt for an active or dead one.
std::optional<SessionPeriods> renewal_at(const SessionRecord& session, WallTime now) noexcept;

}  // namespace sessgate::core
