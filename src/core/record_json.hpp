#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "sessgate/core/session_record.hpp"

namespace sessgate::core {

// The JSON inside a record, as docs/stored-records.md has it.

void append_session_json(std::string& out, const SessionRecord& session);
void append_user_json(std::string& out, const UserRecord& user);

/// Nullopt when `json` is not, to the last byte, a session of that id in a shape and with periods that can be.
std::optional<SessionRecord> read_session_json(const SessionId& id, std::string_view json);
std::optional<UserRecord> read_user_json(const UserId& id, std::string_view json);

}  // namespace sessgate::core
