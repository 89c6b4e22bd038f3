#pragma once

#include <optional>
#include <string_view>

#include "sessgate/core/session_record.hpp"

namespace sessgate::core {

/// Reads the JSON of a session exactly as our own writer writes it: its members in order, no spaces, no escapes in
/// the user id, no member that it does not know. Nullopt for everything else, which `read_session_json` then reads
/// member by member: nearly all records come this way, and it costs a third of the other. A property test holds both
/// equal.
std::optional<SessionRecord> read_written_session(const SessionId& id, std::string_view json);

}  // namespace sessgate::core
