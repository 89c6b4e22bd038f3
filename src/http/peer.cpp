#include "http/peer.hpp"

#include <boost/asio/ip/tcp.hpp>

#include "http/credentials.hpp"
#include "sessgate/http/endpoint_cast.hpp"

namespace sessgate::http {
namespace {

namespace ip = boost::asio::ip;

core::IpAddress to_ip_address(const ip::address& address) {
    if (address.is_v6()) return address.to_v6().to_bytes();
    return ip::make_address_v6(ip::v4_mapped, address.to_v4()).to_bytes();
}

}  // namespace

bool is_trusted(const Socket& socket, const core::TrustedProxies& proxies) {
    boost::system::error_code error;
    const auto local = socket.local_endpoint(error);
    if (error) return false;
    if (local.protocol().family() == AF_UNIX) return proxies.unix_sockets;
    const auto remote = socket.remote_endpoint(error);
    if (error) return false;
    return proxies.trusts(to_ip_address(endpoint_cast<ip::tcp::endpoint>(remote).address()));
}

bool is_control_token(const Request& request, const HttpConfig& config) {
    const std::string_view token = bearer_of(request.authorization);
    const core::Digest presented = core::sha256({core::as_bytes(token)});
    bool matches = false;
    for (const core::Digest& hash : config.control_token_hashes) {
        matches |= core::equal_in_constant_time(hash, presented);
    }
    return matches;
}

}  // namespace sessgate::http
