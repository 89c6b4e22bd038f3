#pragma once

#include <optional>
#include <string_view>

namespace sessgate::http {

/// The value of parameter `name` in a query, as sent; nullopt when it is not there. The first one counts.
std::optional<std::string_view> parameter_in(std::string_view query, std::string_view name) noexcept;

/// The parameter as `true` or `false`; `fallback` when it is not there; nullopt for any other value.
std::optional<bool> flag_in(std::string_view query, std::string_view name, bool fallback) noexcept;

}  // namespace sessgate::http
