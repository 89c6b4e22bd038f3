#pragma once

#include <optional>

#include "http/request.hpp"
#include "sessgate/http/server.hpp"

namespace sessgate::http {

/// Whether the forwarded fields of the client at the other end are believed.
bool is_trusted(const Socket& socket, const core::TrustedProxies& proxies);

bool is_unix(const Socket& socket);

/// Where the client connects from; none for a unix socket, and where the client has reset the connection.
std::optional<core::IpAddress> address_of(const Socket& socket);

/// Whether the request carries a token that opens the control port; in constant time for each token.
bool is_control_token(const Request& request, const HttpConfig& config);

/// Whether the request carries a token that opens the data port, where one is needed; X-Sessgate-Token has it, since
/// Authorization is the browser's.
bool is_known_caller(const Request& request, const HttpConfig& config);

}  // namespace sessgate::http
