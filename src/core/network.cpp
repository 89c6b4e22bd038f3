#include "sessgate/core/network.hpp"

#include <algorithm>

namespace sessgate::core {

bool Network::contains(const IpAddress& other) const noexcept {
    const std::size_t whole_bytes = prefix_length / 8;
    if (!std::equal(address.begin(), address.begin() + whole_bytes, other.begin())) return false;
    const unsigned rest = prefix_length % 8;
    if (rest == 0) return true;
    const unsigned mask = 0xffU << (8 - rest);
    return ((address[whole_bytes] ^ other[whole_bytes]) & mask & 0xffU) == 0;
}

bool TrustedProxies::trusts(const IpAddress& peer) const noexcept {
    return std::any_of(networks.begin(), networks.end(), [&](const Network& network) { return network.contains(peer); });
}

}  // namespace sessgate::core
