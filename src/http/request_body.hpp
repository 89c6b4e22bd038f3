#pragma once

#include <nlohmann/json.hpp>
#include <optional>

#include "http/exchange.hpp"
#include "sessgate/core/ids.hpp"

namespace sessgate::http {

/// The request's body as a JSON object; or nullopt, and the answer is already the problem: 415 for another media type,
/// 400 for a body that is not an object.
std::optional<nlohmann::json> object_in(Exchange& exchange);

/// The same for a JSON Merge Patch, which may also come as `application/merge-patch+json`.
std::optional<nlohmann::json> merge_patch_in(Exchange& exchange);

/// `value` as the JSON text that a record keeps; or nullopt, and the answer is already the problem (422): not an
/// object, or over 3 KiB.
std::optional<std::string> attributes_in(Exchange& exchange, const nlohmann::json& value);

/// The path's parameter as an id; or nullopt, and the answer is already the problem.
std::optional<core::UserId> user_id_in(Exchange& exchange);
std::optional<core::SessionId> session_id_in(Exchange& exchange);

/// 404: there is no such session or user.
void write_not_found(Exchange& exchange, std::string_view what);

}  // namespace sessgate::http
