#pragma once

#include "http/exchange.hpp"
#include "sessgate/core/session_record.hpp"
#include "sessgate/http/authz_config.hpp"

namespace sessgate::http::proxy {

/// Whether a field of `config` takes its value from the user: then a session without one cannot be passed on.
bool needs_user(const AuthzConfig& config) noexcept;

/// Adds every field of `authz.headers`. Empty without a session, when there is no such attribute, and when its value is
/// no text, number or boolean that can stand in a field as it is: visible ASCII with spaces inside, at most 256 bytes.
void write_attributes(Exchange& exchange, const core::SessionRecord* session);

}  // namespace sessgate::http::proxy
