#pragma once

#include <chrono>
#include <cstdint>
#include <optional>

namespace sessgate::ports {

/// How a store is connected, for whoever looks at the program as a whole. What a store does not have is nullopt.
struct StoreState {
    std::optional<std::uint64_t> connections{};           ///< for reads, usable now
    std::optional<std::uint64_t> connections_lost{};      ///< of those, since the start
    std::optional<std::uint64_t> transactions{};          ///< connections for writes
    std::optional<std::uint64_t> transactions_waiting{};  ///< writes that wait for one of them
    /// Connections that tell of other sidecars' changes, and are up to date, of `links_wanted`.
    std::optional<std::uint64_t> links{};
    std::optional<std::uint64_t> links_wanted{};
    std::optional<std::uint64_t> invalidations{};  ///< changes that they told of since the start
    /// How far the store's clock is before ours; not known until it was asked.
    std::optional<std::chrono::microseconds> clock_skew{};
    std::optional<std::uint64_t> bytes{};  ///< of the file that are in use or were, of `bytes_max`
    std::optional<std::uint64_t> bytes_max{};
};

}  // namespace sessgate::ports
