#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "adapters/redis/stream.hpp"

namespace sessgate::adapters::redis {

/// Who holds what, as one node says it.
struct ClaimedSlots {
    Address address{};
    std::uint64_t epoch = 0;
    std::vector<std::pair<std::uint16_t, std::uint16_t>> ranges{};  ///< first and last slot
};

/// The primaries in what `CLUSTER NODES` says, but for those without slots that are lost or no members yet; nullopt: it
/// is not that. `asked`: the node that says it, for the host
/// that it leaves out of its own line.
std::optional<std::vector<ClaimedSlots>> read_cluster_nodes(std::string_view text, const Address& asked);

/// Who holds what, as several nodes say it.
struct ClusterView {
    std::vector<Address> primaries;     ///< also those without slots, which may be about to get some
    std::vector<std::uint16_t> owners;  ///< of each slot, as an index of primaries; 65535: nobody
    std::vector<std::string> buckets;   ///< one of each primary's; empty: it has no slot
    bool operator==(const ClusterView&) const = default;
};

/// Of two claims to a slot the one with the higher epoch is the newer one: that is how a cluster itself decides.
ClusterView join_claims(std::span<const ClaimedSlots> claims);

}  // namespace sessgate::adapters::redis
