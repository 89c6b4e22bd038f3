#pragma once

#include <chrono>
#include <cstdint>

namespace sessgate::simulation {

/// Time of a simulation, from its start.
using Time = std::chrono::nanoseconds;

/// Everything that is left to chance in a simulation comes from here, and so from its seed.
class Chance {
public:
    explicit Chance(std::uint64_t seed) noexcept : state_(seed) {}

    /// SplitMix64 (Steele, Lea, Flood 2014).
    std::uint64_t next() noexcept {
        std::uint64_t mixed = state_ += 0x9e3779b97f4a7c15;
        mixed = (mixed ^ (mixed >> 30)) * 0xbf58476d1ce4e5b9;
        mixed = (mixed ^ (mixed >> 27)) * 0x94d049bb133111eb;
        return mixed ^ (mixed >> 31);
    }

    std::size_t below(std::size_t end) noexcept { return next() % end; }
    bool one_in(std::size_t count) noexcept { return below(count) == 0; }
    Time between(Time shortest, Time longest) noexcept {
        const auto span = static_cast<std::uint64_t>((longest - shortest).count()) + 1;
        return shortest + Time(static_cast<std::int64_t>(next() % span));
    }

private:
    std::uint64_t state_;
};

}  // namespace sessgate::simulation
