#pragma once

#include "sessgate/core/session_record.hpp"

namespace sessgate::core {

// A session of Lucia that becomes one of ours. Id and secret of the new one follow from the old one's secret, so all
// who present that at once are given the same, and nobody has to agree on anything.

/// What the session is called once it is ours. `lucia`: its record as Lucia has it.
SessionId moved_id(const SessionRecord& lucia);

/// The secret that goes with it, for whoever holds Lucia's.
Secret moved_secret(const Secret& lucia, const SessionId& moved);

/// Our record of it from `now` on; it remembers where it came from. Without a user's copy.
SessionRecord moved_record(const SessionRecord& lucia, const SecretHash& hash, WallTime now,
                           std::optional<Milliseconds> absolute_lifetime);

/// Lucia's record once the session has moved.
SessionRecord marked_as_moved(SessionRecord lucia, WallTime now);
bool is_marked_as_moved(const SessionRecord& lucia) noexcept;

/// Which of Lucia's sessions `session` was; nullopt: none.
std::optional<SessionId> origin_of(const SessionRecord& session);

}  // namespace sessgate::core
