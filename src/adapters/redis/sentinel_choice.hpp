#pragma once

#include <cstdint>
#include <optional>
#include <span>

#include "adapters/redis/stream.hpp"
#include "sessgate/core/time.hpp"

namespace sessgate::adapters::redis {

/// Which of the primaries that sentinels name is to be believed. No I/O and no clock.
///
/// The one with the highest epoch was chosen last: a sentinel that was cut off may still name the one before. For the
/// same reason an epoch is not followed by a lower one, until most sentinels have answered for a while without one that
/// knows of it: then they were set up anew, and count from the beginning.
class SentinelChoice {
public:
    struct Told {
        std::uint64_t epoch;
        Address primary;
    };

    static constexpr auto patience = std::chrono::seconds(10);

    /// `sentinel_count`: how many are asked each time.
    explicit SentinelChoice(std::size_t sentinel_count) noexcept : sentinel_count_(sentinel_count) {}

    /// From what those said that answered. Nullopt: none is to be believed now.
    std::optional<Address> choose(std::span<const Told> told, core::SteadyTime now);

private:
    std::size_t sentinel_count_;
    std::uint64_t epoch_ = 0;
    std::optional<core::SteadyTime> lower_since_;
};

}  // namespace sessgate::adapters::redis
