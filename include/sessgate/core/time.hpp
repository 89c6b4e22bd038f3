#pragma once

#include <chrono>
#include <cstdint>

namespace sessgate::core {

using Milliseconds = std::chrono::milliseconds;

/// An instant on the wall clock, in whole milliseconds since the epoch: periods and stored times use it.
using WallTime = std::chrono::sys_time<Milliseconds>;

/// An instant on the clock that never jumps: deadlines and time-outs use it.
using SteadyTime = std::chrono::steady_clock::time_point;

constexpr std::int64_t to_ms(WallTime time) noexcept {
    return time.time_since_epoch().count();
}
constexpr WallTime from_ms(std::int64_t ms) noexcept {
    return WallTime(Milliseconds(ms));
}

}  // namespace sessgate::core
