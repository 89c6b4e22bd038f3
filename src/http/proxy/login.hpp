#pragma once

#include <string>

#include "http/proxy/contract.hpp"

namespace sessgate::http::proxy {

/// Whether a person waits for a page, who can be sent elsewhere; a script, an image or a WebSocket cannot.
bool is_navigation(const Request& request, const Fields& fields) noexcept;

/// 302, or 303 where the browser would otherwise send a form's fields to the sign-in page (RFC 9110, 15.4.4).
int redirect_status(const Told& told) noexcept;

/// `url` on the browser's own host, where it is a path: for a proxy that would read a path as one of ours. Empty when the
/// host was not told.
std::string on_own_host(const std::string& url, const Told& told);

/// `authz.login_url`, with the browser's own URL as `return_to` when it can be asked for again and its origin is in
/// `authz.return_allow`.
std::string login_location(const AuthzConfig& config, const Told& told);

}  // namespace sessgate::http::proxy
