#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "sessgate/core/time.hpp"

namespace sessgate::core {

/// Calls `take(value)` for each cookie in one Cookie line whose name is exactly `name`, in order. Bytes, no decoding;
/// only SP and HTAB are trimmed (RFC 6265bis, 5.6 and 5.8.3; no quoted-string and no `$Version` reading). Names are
/// compared with their case. The views point into `line`.
template <typename Take>
void each_cookie_value(std::string_view line, std::string_view name, Take take);

enum class SameSite { lax, strict, none };

/// How the session cookie is written.
struct CookieConfig {
    std::string name = "__Host-session";
    std::string domain{};  ///< empty: host-only
    std::string path = "/";
    SameSite same_site = SameSite::lax;
    bool secure = true;
    bool persistent = true;  ///< false: no Max-Age, the browser forgets it when it closes
    bool ends_idle = false;  ///< lives to the session's idle end, told as an instant: Lucia's way

    bool operator==(const CookieConfig&) const = default;
};

/// What is wrong with `config`, in a sentence that names the key and what is allowed; nullopt when it can be used
/// (RFC 6265bis, 4.1.1 grammar, 4.1.3 prefixes).
std::optional<std::string> mistake_in(const CookieConfig& config);

/// Appends `name=value; Path=…; …`: a Set-Cookie value for `token`, living until `expires` (nullopt: 400 days),
/// capped at 400 days, rounded up to whole seconds, at least one. `config` has no mistake, `token` only cookie octets.
/// With `ends_idle` as Expires instead of Max-Age, to the second before.
void append_set_cookie(std::string& out, const CookieConfig& config, std::string_view token, WallTime now,
                       std::optional<WallTime> expires);

/// Appends a Set-Cookie value that makes the browser forget the cookie: empty, and long expired. `config` has no
/// mistake.
void append_removing_cookie(std::string& out, const CookieConfig& config);

namespace detail {

/// `text` without SP and HTAB at both ends. Not `isspace`: other white space is part of a name, or `\x0b__Host-a` would
/// pass for `__Host-a`.
constexpr std::string_view without_outer_space(std::string_view text) noexcept {
    const auto is_space = [](char c) { return c == ' ' || c == '\t'; };
    while (!text.empty() && is_space(text.front())) text.remove_prefix(1);
    while (!text.empty() && is_space(text.back())) text.remove_suffix(1);
    return text;
}

}  // namespace detail

template <typename Take>
void each_cookie_value(std::string_view line, std::string_view name, Take take) {
    while (!line.empty()) {
        const std::string_view pair = line.substr(0, line.find(';'));
        line.remove_prefix(pair.size() < line.size() ? pair.size() + 1 : pair.size());

        // A pair without `=` is a value without a name (RFC 6265bis, 5.8.3), and no name of ours is empty.
        const auto equals = pair.find('=');
        if (equals == std::string_view::npos) continue;
        if (detail::without_outer_space(pair.substr(0, equals)) != name) continue;
        take(detail::without_outer_space(pair.substr(equals + 1)));
    }
}

}  // namespace sessgate::core
