#pragma once

#include "http/request.hpp"
#include "sessgate/http/server.hpp"

namespace sessgate::http {

/// Whether the forwarded fields of the client at the other end are believed.
bool is_trusted(const Socket& socket, const core::TrustedProxies& proxies);

/// Whether the request carries a token that opens the control port; in constant time for each token.
bool is_control_token(const Request& request, const HttpConfig& config);

}  // namespace sessgate::http
