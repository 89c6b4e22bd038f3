#include "sessgate/core/origin.hpp"

#include <algorithm>
#include <charconv>
#include <cstdint>

namespace sessgate::core {
namespace {

constexpr bool is_digit(char c) noexcept {
    return c >= '0' && c <= '9';
}
constexpr bool is_lower(char c) noexcept {
    return c >= 'a' && c <= 'z';
}
constexpr char to_lower(char c) noexcept {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

/// RFC 3986, 3.1, in lower case.
bool is_scheme(std::string_view text) {
    const auto allowed = [](char c) { return is_lower(c) || is_digit(c) || c == '+' || c == '-' || c == '.'; };
    return !text.empty() && is_lower(text.front()) && std::all_of(text.begin(), text.end(), allowed);
}

/// A host as browsers write it: names are in ASCII by then (xn--), with `_` in some of them.
bool is_name(std::string_view text) {
    const auto allowed = [](char c) { return is_lower(c) || is_digit(c) || c == '-' || c == '.' || c == '_'; };
    return !text.empty() && text.front() != '.' && text.find("..") == std::string_view::npos &&
           std::all_of(text.begin(), text.end(), allowed);
}

bool is_bracketed_address(std::string_view text) {
    const auto allowed = [](char c) { return (c >= 'a' && c <= 'f') || is_digit(c) || c == ':' || c == '.'; };
    return text.size() >= 4 && text.front() == '[' && text.back() == ']' &&
           std::all_of(text.begin() + 1, text.end() - 1, allowed);
}

/// 1 to 65535 without leading zeros.
bool is_port(std::string_view text) {
    std::uint16_t port = 0;
    if (text.empty() || text.front() == '0') return false;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
    return error == std::errc{} && end == text.data() + text.size();
}

std::string_view default_port(std::string_view scheme) noexcept {
    if (scheme == "https" || scheme == "wss") return "443";
    if (scheme == "http" || scheme == "ws") return "80";
    return {};
}

bool is_safe_method(std::string_view method) noexcept {  // RFC 9110, 9.2.1
    return method == "GET" || method == "HEAD" || method == "OPTIONS" || method == "TRACE";
}

}  // namespace

std::optional<std::string> normal_origin(std::string_view text) {
    std::string origin(text);
    std::transform(origin.begin(), origin.end(), origin.begin(), to_lower);

    const auto separator = origin.find("://");
    if (separator == std::string::npos) return std::nullopt;
    const std::string_view scheme = std::string_view(origin).substr(0, separator);
    const std::string_view authority = std::string_view(origin).substr(separator + 3);

    const auto host_end = authority.find(':', authority.find(']') == std::string_view::npos ? 0 : authority.find(']'));
    const std::string_view host = authority.substr(0, host_end);
    if (!is_scheme(scheme) || !(is_name(host) || is_bracketed_address(host))) return std::nullopt;
    if (host_end == std::string_view::npos) return origin;

    const std::string_view port = authority.substr(host_end + 1);
    if (!is_port(port)) return std::nullopt;
    if (port == default_port(scheme)) origin.resize(origin.size() - port.size() - 1);
    return origin;
}

bool is_trusted_origin(const OriginalRequest& request, const OriginPolicy& policy) {
    if (policy.check == OriginCheck::off) return true;
    if (request.method.empty()) return policy.check == OriginCheck::when_told;
    if (is_safe_method(request.method)) return true;

    // The browser's own word, which no page can set. `none` is the user: an address typed, a bookmark.
    if (request.sec_fetch_site == "same-origin" || request.sec_fetch_site == "none") return true;

    // Neither header: no browser of today, or one that was made silent; either way nobody says that it is ours.
    const auto origin = normal_origin(request.origin);
    if (!origin) return false;
    if (std::find(policy.allowed.begin(), policy.allowed.end(), *origin) != policy.allowed.end()) return true;

    // Where the browser said that the page is elsewhere, only the list can overrule it: our own origin as a proxy
    // tells it may have the wrong scheme.
    return request.sec_fetch_site.empty() && origin == normal_origin(request.own_origin);
}

}  // namespace sessgate::core
