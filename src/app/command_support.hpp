#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "app/commands.hpp"
#include "app/control_client.hpp"

namespace sessgate::app {

/// The answer's body when it was a success, else why the command ends here.
struct Reply {
    int exit_code = 0;  ///< exit_ok: `body` can be used
    std::string body;
};

/// Asks, and says on standard error what went wrong. `subject`: what a 404 says is missing.
Reply ask_and_tell(const CommandTarget& target, const ControlRequest& request, std::string_view subject);

/// Says on standard error what is wrong with the command line, and returns exit_mistake.
int refuse(std::string_view mistake);

/// True when it is one; else says so. What was typed is not repeated: it may be a token.
bool is_session_id(const std::string& text);
bool is_user_id(const std::string& text);

/// True for a JSON object; else says that `option` has to be one.
bool is_object(std::string_view option, const std::string& text);

std::string percent_encoded(std::string_view text);

/// `2026-01-31T12:00:00Z`.
std::string time_text(std::int64_t ms_since_epoch);

}  // namespace sessgate::app
