#include "app/config_cookies.hpp"

#include <algorithm>
#include <iterator>

#include "app/config_values.hpp"

namespace sessgate::app {
namespace {

constexpr std::string_view form =
    "must be cookies such as sid or sid; Domain=example.org; Path=/app, between commas, each cookie once";

std::string_view trimmed(std::string_view text) {
    const auto first = text.find_first_not_of(' ');
    if (first == std::string_view::npos) return {};
    return text.substr(first, text.find_last_not_of(' ') - first + 1);
}

/// Takes what stands before the next `;` off `text`.
std::string_view take_part(std::string_view& text) {
    const auto semicolon = text.find(';');
    const std::string_view part = trimmed(text.substr(0, semicolon));
    text = semicolon == std::string_view::npos ? std::string_view{} : text.substr(semicolon + 1);
    return part;
}

std::string lower(std::string_view text) {
    std::string out(text);
    std::ranges::transform(out, out.begin(),
                           [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c; });
    return out;
}

/// One attribute, whose name may be written in any case, as in Set-Cookie.
bool take_attribute(CookiePlace& place, std::string_view part) {
    const auto equals = part.find('=');
    if (equals == std::string_view::npos) return false;
    const std::string name = lower(part.substr(0, equals));
    if (name == "domain") place.domain = part.substr(equals + 1);
    if (name == "path") place.path = part.substr(equals + 1);
    return name == "domain" || name == "path";
}

std::optional<CookiePlace> parse_place(std::string_view text) {
    CookiePlace place{.name = std::string(take_part(text))};
    while (!text.empty()) {
        if (!take_attribute(place, take_part(text))) return std::nullopt;
    }
    const core::CookieConfig alone{.name = place.name, .domain = place.domain, .path = place.path};
    core::CookieConfig unnamed = alone;
    unnamed.name = "session";
    // What its prefix asks for is judged beside the other settings.
    const bool is_fine = !mistake_in(core::CookieConfig{.name = place.name}) && !mistake_in(unnamed);
    return is_fine ? std::optional(place) : std::nullopt;
}

core::CookieConfig with_place(core::CookieConfig cookie, const CookiePlace& place) {
    cookie.name = place.name;
    cookie.domain = place.domain;
    cookie.path = place.path;
    return cookie;
}

std::vector<core::CookieConfig> with_places(const core::CookieConfig& cookie, const std::vector<CookiePlace>& places) {
    std::vector<core::CookieConfig> cookies;
    std::ranges::transform(places, std::back_inserter(cookies),
                           [&](const CookiePlace& place) { return with_place(cookie, place); });
    return cookies;
}

}  // namespace

std::function<Wrong(Config&, const std::string&)> put_cookies(const Place<std::vector<CookiePlace>>& place) {
    return [place](Config& config, const std::string& list) -> Wrong {
        std::vector<CookiePlace>& cookies = place(config);
        cookies.clear();
        for (const std::string_view part : split_list(list)) {
            auto cookie = parse_place(part);
            if (!cookie || std::ranges::find(cookies, *cookie) != cookies.end()) return std::string(form);
            cookies.push_back(std::move(*cookie));
        }
        return std::nullopt;
    };
}

Wrong mistake_in_other_cookies(const Config& config, std::string_view key) {
    const bool is_more = key == "cookie.more";
    const std::vector<core::CookieConfig> session_cookies = session_cookies_of(config);
    const auto others = is_more ? with_places(config.cookie, config.more_cookies) : cleared_cookies_of(config);
    const std::ptrdiff_t times = is_more ? 1 : 0;
    for (core::CookieConfig cookie : others) {
        cookie.ends_idle = session_cookies.front().ends_idle;
        if (std::ranges::count(session_cookies, cookie) != times)
            return "holds " + cookie.name + ", a session cookie already";
        cookie.same_site = core::SameSite::lax;  // cookie.same_site is judged by itself
        if (const auto mistake = mistake_in(cookie))
            return "holds a cookie that contradicts its attributes: " + *mistake;
    }
    return std::nullopt;
}

std::vector<core::CookieConfig> session_cookies_of(const Config& config) {
    std::vector<core::CookieConfig> cookies = with_places(config.cookie, config.more_cookies);
    cookies.insert(cookies.begin(), config.cookie);
    for (core::CookieConfig& cookie : cookies) cookie.ends_idle = config.store.layout != core::Layout::sessgate;
    return cookies;
}

std::vector<core::CookieConfig> cleared_cookies_of(const Config& config) {
    return with_places(config.cookie, config.cleared_cookies);
}

}  // namespace sessgate::app
