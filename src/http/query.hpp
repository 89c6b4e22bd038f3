#pragma once

#include <initializer_list>
#include <optional>
#include <string_view>

namespace sessgate::http {

/// The value of parameter `name` in a query, as sent; nullopt when it is not there. The first one counts.
std::optional<std::string_view> parameter_in(std::string_view query, std::string_view name) noexcept;

/// The parameter as `true` or `false`; `fallback` when it is not there; nullopt for any other value.
std::optional<bool> flag_in(std::string_view query, std::string_view name, bool fallback) noexcept;

/// True when each parameter of `query` is one of `names` and stands there once: a misspelt `except` would otherwise end
/// the very session that was to stay.
bool holds_only(std::string_view query, std::initializer_list<std::string_view> names) noexcept;

}  // namespace sessgate::http
