#pragma once

#include <atomic>
#include <span>

#include "sessgate/ports/random_source.hpp"

namespace sessgate::tests {

/// The same bytes in every run, other ones in every call: ids and secrets that a test can tell apart. Any thread.
class FixedRandom final : public ports::RandomSource {
public:
    explicit FixedRandom(std::uint64_t seed = 1) noexcept : state_(seed) {}

    void fill(std::span<std::uint8_t> out) noexcept override {
        for (std::uint8_t& byte : out) byte = static_cast<std::uint8_t>(next() >> 56);
    }

private:
    /// SplitMix64 (Steele, Lea, Flood 2014): every state gives a well mixed number, so a counter is seed enough.
    std::uint64_t next() noexcept {
        constexpr std::uint64_t step = 0x9e3779b97f4a7c15;
        std::uint64_t mixed = state_.fetch_add(step) + step;
        mixed = (mixed ^ (mixed >> 30)) * 0xbf58476d1ce4e5b9;
        mixed = (mixed ^ (mixed >> 27)) * 0x94d049bb133111eb;
        return mixed ^ (mixed >> 31);
    }

    std::atomic<std::uint64_t> state_;
};

}  // namespace sessgate::tests
