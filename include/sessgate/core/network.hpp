#pragma once

#include <array>
#include <cstdint>
#include <vector>

namespace sessgate::core {

/// An IP address as 16 bytes; an IPv4 one as `::ffff:a.b.c.d` (RFC 4291, 2.5.5.2).
using IpAddress = std::array<std::uint8_t, 16>;

/// Addresses whose first `prefix_length` bits are those of `address`; 96 more for an IPv4 network.
struct Network {
    IpAddress address{};
    unsigned prefix_length = 128;

    bool contains(const IpAddress& other) const noexcept;
    bool operator==(const Network&) const = default;
};

/// Callers whose forwarded headers are believed.
struct TrustedProxies {
    bool unix_sockets = false;
    std::vector<Network> networks{};

    bool trusts(const IpAddress& peer) const noexcept;
    bool operator==(const TrustedProxies&) const = default;
};

}  // namespace sessgate::core
