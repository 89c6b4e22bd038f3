#include "http/peer.hpp"

#include <boost/asio/ip/tcp.hpp>

#include "http/credentials.hpp"
#include "http/each_field.hpp"
#include "sessgate/http/endpoint_cast.hpp"

namespace sessgate::http {
namespace {

namespace ip = boost::asio::ip;

core::IpAddress to_ip_address(const ip::address& address) {
    if (address.is_v6()) return address.to_v6().to_bytes();
    return ip::make_address_v6(ip::v4_mapped, address.to_v4()).to_bytes();
}

/// In constant time for each token.
bool is_one_of(std::string_view token, const std::vector<core::Digest>& hashes) {
    const core::Digest presented = core::sha256({core::as_bytes(token)});
    bool matches = false;
    for (const core::Digest& hash : hashes) matches |= core::equal_in_constant_time(hash, presented);
    return matches;
}

}  // namespace

bool is_trusted(const Socket& socket, const core::TrustedProxies& proxies) {
    if (is_unix(socket)) return proxies.unix_sockets;
    const auto address = address_of(socket);
    return address && proxies.trusts(*address);
}

bool is_unix(const Socket& socket) {
    boost::system::error_code error;
    const auto local = socket.local_endpoint(error);
    return !error && local.protocol().family() == AF_UNIX;
}

std::optional<core::IpAddress> address_of(const Socket& socket) {
    boost::system::error_code error;
    const auto remote = socket.remote_endpoint(error);
    if (error || remote.protocol().family() == AF_UNIX) return std::nullopt;
    return to_ip_address(endpoint_cast<ip::tcp::endpoint>(remote).address());
}

bool is_control_token(const Request& request, const HttpConfig& config) {
    return is_one_of(bearer_of(request.authorization), config.control_token_hashes);
}

bool is_known_caller(const Request& request, const HttpConfig& config) {
    if (config.data_token_hashes.empty()) return true;
    std::string_view token;
    each_field(request.head, [&](std::string_view name, std::string_view value) {
        if (is_same_token(name, "x-sessgate-token")) token = value;
    });
    return is_one_of(token, config.data_token_hashes);
}

}  // namespace sessgate::http
