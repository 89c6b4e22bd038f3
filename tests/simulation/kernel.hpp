#pragma once

#include <functional>

#include "tests/simulation/chance.hpp"

namespace sessgate::simulation {

/// What the kernel tells this program. Its calls for clocks, timers, readiness and randomness are defined in kernel.cpp
/// and take the place of the C library's, so that nothing in the process can see the real time by mistake: neither
/// std::chrono nor Asio's timers nor the program under test, which has no seam for it.
struct Kernel {
    Time now{};                              ///< since the machine started: CLOCK_BOOTTIME
    Time suspended{};                        ///< how much of it CLOCK_MONOTONIC has not seen
    Chance* chance = nullptr;                ///< for getrandom
    std::function<void(Time)> on_idle = {};  ///< an event loop has nothing to do, and would sleep for so long
};

inline Kernel& kernel() noexcept {
    static Kernel only;
    return only;
}

/// The time outside, for progress.
double real_seconds() noexcept;

}  // namespace sessgate::simulation
