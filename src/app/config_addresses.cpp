#include <arpa/inet.h>
#include <sys/un.h>

#include <algorithm>

#include "app/config_values.hpp"

namespace sessgate::app {
namespace {

constexpr std::string_view unix_prefix = "unix:";
constexpr std::size_t socket_path_max = sizeof(sockaddr_un::sun_path) - 1;
constexpr unsigned v4_in_v6_bits = 96;

/// The 16 bytes of an address, IPv4 mapped into IPv6; `is_v4` tells which it was.
std::optional<std::array<std::uint8_t, 16>> parse_ip(const std::string& text, bool& is_v4) {
    std::array<std::uint8_t, 16> address{};
    is_v4 = inet_pton(AF_INET, text.c_str(), address.data() + 12) == 1;
    if (is_v4) {
        address[10] = address[11] = 0xff;
        return address;
    }
    if (inet_pton(AF_INET6, text.c_str(), address.data()) == 1) return address;
    return std::nullopt;
}

bool is_host_name(std::string_view text) {
    const auto is_allowed = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '.';
    };
    return !text.empty() && text.size() <= 253 && std::ranges::all_of(text, is_allowed);
}

/// A name that is only digits and dots would be an IPv4 address with a mistake in it.
bool is_host(std::string_view text, bool in_brackets) {
    bool is_v4 = false;
    const bool is_ip = parse_ip(std::string(text), is_v4).has_value();
    if (in_brackets) return is_ip && !is_v4;
    if (is_ip) return is_v4;
    return is_host_name(text) && text.find_first_not_of("0123456789.") != std::string_view::npos;
}

bool has_bits_after(const std::array<std::uint8_t, 16>& address, unsigned length) {
    for (unsigned bit = length; bit < 128; ++bit) {
        if ((address[bit / 8] >> (7 - bit % 8)) & 1) return true;
    }
    return false;
}

}  // namespace

std::optional<ListenAddress> parse_listen_address(std::string_view text) {
    if (text.starts_with(unix_prefix)) {
        const std::string_view path = text.substr(unix_prefix.size());
        if (path.empty() || path.size() > socket_path_max) return std::nullopt;
        return UnixAddress{path};
    }
    const auto colon = text.rfind(':');
    if (colon == std::string_view::npos) return std::nullopt;
    std::string_view host = text.substr(0, colon);
    const auto port = parse_digits(text.substr(colon + 1));
    if (!port || *port > 65'535) return std::nullopt;

    const bool in_brackets = host.size() > 2 && host.front() == '[' && host.back() == ']';
    if (in_brackets) host = host.substr(1, host.size() - 2);
    if (!is_host(host, in_brackets)) return std::nullopt;
    return TcpAddress{std::string(host), static_cast<std::uint16_t>(*port)};
}

std::string to_text(const ListenAddress& address) {
    if (const auto* local = std::get_if<UnixAddress>(&address)) return std::string(unix_prefix) + local->path.string();
    const TcpAddress& tcp = std::get<TcpAddress>(address);
    const bool is_v6 = tcp.host.find(':') != std::string::npos;
    return (is_v6 ? "[" + tcp.host + "]" : tcp.host) + ":" + std::to_string(tcp.port);
}

std::optional<core::Network> parse_network(std::string_view text) {
    const auto slash = text.find('/');
    bool is_v4 = false;
    const auto address = parse_ip(std::string(text.substr(0, slash)), is_v4);
    if (!address) return std::nullopt;
    if (slash == std::string_view::npos) return core::Network{*address, 128};

    const auto length = parse_digits(text.substr(slash + 1));
    const unsigned offset = is_v4 ? v4_in_v6_bits : 0;
    if (!length || *length > 128 - offset) return std::nullopt;
    const core::Network network{*address, static_cast<unsigned>(*length) + offset};
    if (has_bits_after(network.address, network.prefix_length)) return std::nullopt;
    return network;
}

}  // namespace sessgate::app
