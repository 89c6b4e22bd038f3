#pragma once

#include "http/request.hpp"
#include "sessgate/http/http_config.hpp"
#include "sessgate/service/session_service.hpp"

namespace sessgate::http {

/// The token that a request presents: from `Authorization: Bearer` when that parses as one of ours, then cookies are
/// not read; else from the session cookies. Other Authorization fields belong to other systems. At most four different
/// well-formed values count. `joint`: what the caller puts between two Cookie lines that it makes into one, if it does.
service::Credential credential_of(const Request& request, const HttpConfig& config, std::string_view joint = {});

/// The value of our cookie where a request carries one and nothing else that could be a token; else empty, and
/// `credential_of` has to look.
std::string_view lone_cookie_of(const Request& request, std::span<const core::CookieConfig> cookies) noexcept;

/// Whether a caller has made `line` of several, with `joint` between them.
bool is_joined(std::string_view line, std::string_view joint) noexcept;

/// What follows `Bearer ` in an Authorization field (RFC 6750, 2.1); empty when it is of another scheme.
std::string_view bearer_of(std::string_view authorization) noexcept;

}  // namespace sessgate::http
