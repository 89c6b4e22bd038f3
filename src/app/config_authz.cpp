#include <algorithm>

#include "app/config_puts.hpp"
#include "app/config_values.hpp"
#include "sessgate/core/origin.hpp"

namespace sessgate::app {
namespace {

using Source = http::AttributeHeader::Source;

constexpr std::string_view name_prefix = "X-Session-Attr-";
constexpr std::size_t name_size_max = 64;

/// With names and values (256 bytes) at their longest and the usual cookie, an answer is below the 3.5 KB that nginx
/// has room for by default.
constexpr std::size_t headers_max = 8;

constexpr std::size_t url_size_max = 1024;

/// A header's name that no backend folds into that of another.
bool is_header_name(std::string_view text) noexcept {
    const auto allowed = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-';
    };
    return text.starts_with(name_prefix) && text.size() > name_prefix.size() && text.size() <= name_size_max &&
           std::ranges::all_of(text, allowed);
}

/// A member's name that JSON has one spelling for.
bool is_member_name(std::string_view text) noexcept {
    const auto allowed = [](char c) { return static_cast<unsigned char>(c) >= ' ' && c != '"' && c != '\\'; };
    return !text.empty() && std::ranges::all_of(text, allowed);
}

std::string_view trimmed(std::string_view text) noexcept {
    while (text.starts_with(' ')) text.remove_prefix(1);
    while (text.ends_with(' ')) text.remove_suffix(1);
    return text;
}

std::optional<Source> source_of(std::string_view text) noexcept {
    if (text == "user") return Source::user;
    if (text == "session") return Source::session;
    return std::nullopt;
}

/// `X-Session-Attr-Name=user.name`
std::optional<http::AttributeHeader> parse_header(std::string_view text) {
    const auto equals = text.find('=');
    if (equals == std::string_view::npos) return std::nullopt;
    const std::string_view name = trimmed(text.substr(0, equals));
    const std::string_view value = trimmed(text.substr(equals + 1));
    const auto dot = value.find('.');
    const auto source = source_of(value.substr(0, dot));
    if (!source || dot == std::string_view::npos) return std::nullopt;
    const std::string_view member = value.substr(dot + 1);
    if (!is_header_name(name) || !is_member_name(member)) return std::nullopt;
    return http::AttributeHeader{std::string(name), *source, std::string(member)};
}

char to_lower(char c) noexcept {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

bool is_same_name(std::string_view a, std::string_view b) noexcept {
    return std::ranges::equal(a, b, {}, to_lower, to_lower);
}

bool is_url_text(std::string_view text) noexcept {
    const auto allowed = [](char c) {
        return c > ' ' && c <= '~' && std::string_view("\"#<>\\").find(c) == std::string_view::npos;
    };
    return text.size() <= url_size_max && std::ranges::all_of(text, allowed);
}

bool is_http_url(const std::string& url) {
    const auto host = url.find("://");
    if (!url.starts_with("https://") && !url.starts_with("http://")) return false;
    return core::normal_origin(url.substr(0, url.find_first_of("/?", host + 3))).has_value();
}

}  // namespace

Wrong put_attribute_headers(Config& config, const std::string& list) {
    auto& headers = config.authz.headers;
    headers.clear();
    for (const std::string_view part : split_list(list)) {
        auto header = parse_header(part);
        if (!header) {
            return "must be headers such as X-Session-Attr-Name=user.name or X-Session-Attr-Device=session.device, of "
                   "letters, digits and dashes, at most 64 characters";
        }
        const auto is_same = [&](const http::AttributeHeader& other) { return is_same_name(other.name, header->name); };
        if (std::ranges::any_of(headers, is_same)) return "must name each header once";
        headers.push_back(std::move(*header));
    }
    if (headers.size() > headers_max) return "must be at most 8 headers";
    return std::nullopt;
}

Wrong put_login_url(Config& config, const std::string& url) {
    // Browsers take `//host` for another host.
    const bool is_path = url.starts_with('/') && !url.starts_with("//");
    if (!url.empty() && (!is_url_text(url) || !(is_path || is_http_url(url)))) {
        return "must be an https or http URL without a fragment, or a path that begins with one /";
    }
    config.authz.login_url = url;
    return std::nullopt;
}

}  // namespace sessgate::app
