#pragma once

#include "sessgate/ports/clock.hpp"
#include "sessgate/ports/random_source.hpp"

namespace sessgate::adapters {

/// The clocks of this machine.
class SystemClock final : public ports::Clock {
public:
    core::WallTime wall() const noexcept override;
    core::SteadyTime steady() const noexcept override;
};

/// Bytes of the kernel's generator (getrandom(2)). Each thread draws from a small buffer of its own, because a request
/// may need a salt and a system call for each of them shows in the profile. A forked child must not go on using it.
class SystemRandom final : public ports::RandomSource {
public:
    void fill(std::span<std::uint8_t> out) noexcept override;
};

}  // namespace sessgate::adapters
