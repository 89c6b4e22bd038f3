#pragma once

#include <string>

#include "sessgate/http/server_state.hpp"

namespace sessgate::http {

/// Content-Type of the text.
inline constexpr std::string_view exposition_type = "text/plain; version=0.0.4; charset=utf-8";

/// All numbers of the process, in Prometheus's text format. `store_is_up`: whether it could be used just now.
///
/// What was never used is left out where there is much of it, as the endpoints that a house does not ask.
std::string exposition(const ServerState& state, bool store_is_up);

}  // namespace sessgate::http
