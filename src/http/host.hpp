#pragma once

#include <string_view>

namespace sessgate::http {

/// True for `name`, `name:port`, `1.2.3.4:port` and `[v6]:port`: what Host may say (RFC 9110, 7.2) without what only
/// attacks use. No user, no path, no list, no percent codes, no zone; not empty.
bool is_host(std::string_view text) noexcept;

/// The same with a port, which the authority form needs (RFC 9112, 3.2.3).
bool is_host_with_port(std::string_view text) noexcept;

}  // namespace sessgate::http
