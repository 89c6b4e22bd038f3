#pragma once

#include <chrono>
#include <cstdint>
#include <optional>

namespace sessgate::ports {

/// How a store is connected, for whoever looks at the program as a whole. What a store does not have is nullopt.
struct StoreState {
    std::optional<std::uint64_t> connections;       ///< that are usable now
    std::optional<std::uint64_t> connections_lost;  ///< since the start
    std::optional<std::uint64_t> links;             ///< that tell of other sidecars' changes, of `links_wanted`
    std::optional<std::uint64_t> links_wanted;
    std::optional<std::uint64_t> invalidations;  ///< changes that they told of since the start
    /// How far the store's clock is before ours; not known until it was asked.
    std::optional<std::chrono::microseconds> clock_skew;
    std::optional<std::uint64_t> bytes;  ///< that the store takes, of `bytes_max`
    std::optional<std::uint64_t> bytes_max;
};

}  // namespace sessgate::ports
