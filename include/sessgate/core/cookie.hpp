#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "sessgate/core/time.hpp"

namespace sessgate::core {

/// Calls `take(value)` for each cookie in one Cookie line whose name is exactly `name`, in order. Bytes, no decoding;
/// only SP and HTAB are trimmed (RFC 6265bis, 5.6 and 5.8.3; no quoted-string and no `$Version` reading).
template <typename Take>
void each_cookie_value(std::string_view line, std::string_view name, Take&& take);

enum class SameSite { lax, strict, none };

/// How the session cookie is written.
struct CookieConfig {
    std::string name = "__Host-session";
    std::string domain{};  ///< empty: host-only
    std::string path = "/";
    SameSite same_site = SameSite::lax;
    bool secure = true;
    bool persistent = true;  ///< false: no Max-Age, the browser forgets it when it closes

    bool operator==(const CookieConfig&) const = default;
};

/// What is wrong with `config`, in a sentence that names the key and what is allowed; nullopt when it can be used
/// (RFC 6265bis, 4.1.1 grammar, 4.1.3 prefixes).
std::optional<std::string> mistake_in(const CookieConfig& config);

/// Appends `name=value; Path=…; …`: a Set-Cookie value for `token`, living until `expires` (nullopt: 400 days),
/// capped at 400 days, rounded up to whole seconds.
void append_set_cookie(std::string& out, const CookieConfig& config, std::string_view token, WallTime now,
                       std::optional<WallTime> expires);

/// Appends a Set-Cookie value that makes the browser forget the cookie.
void append_removing_cookie(std::string& out, const CookieConfig& config);

template <typename Take>
void each_cookie_value(std::string_view line, std::string_view name, Take&& take) {
    constexpr std::string_view space = " \t";
    const auto trimmed = [&](std::string_view text) {
        const auto first = text.find_first_not_of(space);
        if (first == std::string_view::npos) return std::string_view{};
        return text.substr(first, text.find_last_not_of(space) - first + 1);
    };
    while (!line.empty()) {
        const auto semicolon = line.find(';');
        const std::string_view pair = line.substr(0, semicolon);
        line = semicolon == std::string_view::npos ? std::string_view{} : line.substr(semicolon + 1);
        const auto equals = pair.find('=');
        if (equals == std::string_view::npos) continue;
        if (trimmed(pair.substr(0, equals)) == name) take(trimmed(pair.substr(equals + 1)));
    }
}

}  // namespace sessgate::core
