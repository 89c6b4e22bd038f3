#include "http/host.hpp"

#include "http/characters.hpp"

namespace sessgate::http {

namespace {

constexpr std::size_t port_digits_max = 5;

/// The host at the front of `text`, or nothing.
std::string_view host_part(std::string_view text) noexcept {
    if (!text.starts_with('[')) return text.substr(0, skip(character::host, text));
    const auto close = text.find(']');
    if (close == std::string_view::npos || close == 1) return {};
    for (const char c : text.substr(1, close - 1)) {
        if (!is_in(character::hex, c) && c != ':' && c != '.') return {};
    }
    return text.substr(0, close + 1);
}

bool is_port(std::string_view text) noexcept {
    return text.size() <= port_digits_max && is_all(character::digit, text);
}

}  // namespace

bool is_host(std::string_view text) noexcept {
    const std::string_view host = host_part(text);
    if (host.empty()) return false;
    return host.size() == text.size() || (text[host.size()] == ':' && is_port(text.substr(host.size() + 1)));
}

bool is_host_with_port(std::string_view text) noexcept {
    return is_host(text) && host_part(text).size() != text.size();
}

}  // namespace sessgate::http
