#pragma once

#include <nlohmann/json.hpp>
#include <optional>

#include "http/exchange.hpp"

namespace sessgate::http {

/// What the body of `POST /sessions` asks for; or nullopt, and the answer is already the problem (422).
std::optional<service::NewSession> new_session_in(Exchange& exchange, const nlohmann::json& body);

}  // namespace sessgate::http
