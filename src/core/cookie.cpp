#include "sessgate/core/cookie.hpp"

#include <algorithm>
#include <array>
#include <cassert>
#include <ctime>

namespace sessgate::core {
namespace {

/// What a browser keeps at most (RFC 6265bis, 5.5).
constexpr auto lifetime_max = std::chrono::seconds(std::chrono::hours(400 * 24));

std::string_view to_text(SameSite same_site) noexcept {
    switch (same_site) {
        case SameSite::strict:
            return "Strict";
        case SameSite::none:
            return "None";
        case SameSite::lax:
            break;
    }
    return "Lax";
}

/// In whole seconds, rounded up: a cookie that ends before its session would sign the user out early.
/// Never 0, which the grammar has no room for (RFC 6265bis, 4.1.1: max-age-av begins with a digit that is not 0).
std::chrono::seconds max_age(WallTime now, std::optional<WallTime> expires) {
    if (!expires || *expires - now >= lifetime_max) return lifetime_max;
    return std::max(std::chrono::ceil<std::chrono::seconds>(*expires - now), std::chrono::seconds(1));
}

void append_pair_and_place(std::string& out, const CookieConfig& config, std::string_view value) {
    assert(!mistake_in(config) && "settings are checked before anything starts");
    out.append(config.name).append("=").append(value);
    out.append("; Path=").append(config.path);
    if (!config.domain.empty()) out.append("; Domain=").append(config.domain);
}

void append_expires(std::string& out, WallTime time) {
    const std::time_t seconds = std::chrono::system_clock::to_time_t(time);
    std::tm parts{};
    ::gmtime_r(&seconds, &parts);
    std::array<char, 40> text{};
    const std::size_t size = std::strftime(text.data(), text.size(), "%a, %d %b %Y %H:%M:%S GMT", &parts);
    out.append("; Expires=").append(text.data(), size);
}

void append_protection(std::string& out, const CookieConfig& config) {
    out.append("; HttpOnly");
    if (config.secure) out.append("; Secure");
    out.append("; SameSite=").append(to_text(config.same_site));
}

}  // namespace

void append_set_cookie(std::string& out, const CookieConfig& config, std::string_view token, WallTime now,
                       std::optional<WallTime> expires) {
    append_pair_and_place(out, config, token);
    if (config.persistent && config.ends_idle) {
        append_expires(out, std::min(expires.value_or(WallTime::max()), now + lifetime_max));
    }
    if (config.persistent && !config.ends_idle) {
        out.append("; Max-Age=").append(std::to_string(max_age(now, expires).count()));
    }
    append_protection(out, config);
}

void append_removing_cookie(std::string& out, const CookieConfig& config) {
    append_pair_and_place(out, config, "");
    // Expires and not Max-Age=0, which browsers take and the grammar does not.
    out.append("; Expires=Thu, 01 Jan 1970 00:00:00 GMT");
    append_protection(out, config);
}

}  // namespace sessgate::core
