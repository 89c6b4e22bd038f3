#include <algorithm>

#include "sessgate/core/cookie.hpp"
#include "sessgate/core/token.hpp"

namespace sessgate::core {
namespace {

// What browsers keep (RFC 6265bis, 5.6 and 5.7): a longer cookie is dropped whole, a longer attribute is ignored.
constexpr std::size_t name_and_value_size_max = 4096;
constexpr std::size_t attribute_size_max = 1024;

constexpr bool is_visible(char c) noexcept {
    return c > ' ' && c <= '~';
}

constexpr bool is_letter_or_digit(char c) noexcept {
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

/// RFC 9110, 5.6.2.
constexpr bool is_token_character(char c) noexcept {
    return is_letter_or_digit(c) || std::string_view("!#$%&'*+-.^_`|~").find(c) != std::string_view::npos;
}

/// Browsers compare the prefixes of cookie names without case (RFC 6265bis, 5.7).
bool starts_with_any_case(std::string_view text, std::string_view lower_prefix) {
    const auto same = [](char a, char lower) { return (a >= 'A' && a <= 'Z' ? a - 'A' + 'a' : a) == lower; };
    return text.size() >= lower_prefix.size() && std::equal(lower_prefix.begin(), lower_prefix.end(), text.begin(),
                                                            [&](char lower, char a) { return same(a, lower); });
}

/// A label of a host name (RFC 1034, 3.5, and RFC 1123, 2.1).
bool is_label(std::string_view label) {
    const auto allowed = [](char c) { return is_letter_or_digit(c) || c == '-'; };
    return !label.empty() && label.size() <= 63 && label.front() != '-' && label.back() != '-' &&
           std::all_of(label.begin(), label.end(), allowed);
}

bool is_host_name(std::string_view text) {
    if (text.size() > 253) return false;
    for (;;) {
        const auto dot = text.find('.');
        if (!is_label(text.substr(0, dot))) return false;
        if (dot == std::string_view::npos) return true;
        text.remove_prefix(dot + 1);
    }
}

std::optional<std::string> mistake_in_name(const std::string& name) {
    if (name.empty() || !std::all_of(name.begin(), name.end(), is_token_character)) {
        return "cookie.name must be letters, digits and !#$%&'*+-.^_`|~, at least one of them";
    }
    if (name.size() + Token::length > name_and_value_size_max) {
        return "cookie.name must be at most " + std::to_string(name_and_value_size_max - Token::length) + " characters";
    }
    return std::nullopt;
}

std::optional<std::string> mistake_in_place(const CookieConfig& config) {
    if (!config.domain.empty() && !is_host_name(config.domain)) {
        return "cookie.domain must be a host name such as example.org, without a leading dot, or empty";
    }
    const auto allowed = [](char c) { return is_visible(c) && c != ';'; };
    if (!config.path.starts_with('/') || config.path.size() > attribute_size_max ||
        !std::all_of(config.path.begin(), config.path.end(), allowed)) {
        return "cookie.path must begin with / and hold only visible ASCII without ; (at most 1024 characters)";
    }
    return std::nullopt;
}

std::optional<std::string> mistake_in_prefix(const CookieConfig& config) {
    const bool host = starts_with_any_case(config.name, "__host-");
    const bool secure =
        host || starts_with_any_case(config.name, "__secure-") || starts_with_any_case(config.name, "__http-");
    if (secure && !config.secure) {
        return "cookie.name " + config.name + " needs cookie.secure = true: browsers refuse the cookie without it";
    }
    if (host && !config.domain.empty()) {
        return "cookie.name " + config.name + " needs an empty cookie.domain: browsers refuse the cookie with one";
    }
    if (host && config.path != "/") {
        return "cookie.name " + config.name + " needs cookie.path = \"/\": browsers refuse the cookie with another";
    }
    return std::nullopt;
}

}  // namespace

std::optional<std::string> mistake_in(const CookieConfig& config) {
    if (auto mistake = mistake_in_name(config.name)) return mistake;
    if (auto mistake = mistake_in_place(config)) return mistake;
    if (auto mistake = mistake_in_prefix(config)) return mistake;
    if (config.same_site == SameSite::none && !config.secure) {
        return "cookie.same_site = none needs cookie.secure = true: browsers refuse the cookie without it";
    }
    return std::nullopt;
}

}  // namespace sessgate::core
