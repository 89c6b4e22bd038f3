#include "sessgate/adapters/system.hpp"

namespace sessgate::adapters {

core::WallTime SystemClock::wall() const noexcept {
    return std::chrono::floor<core::Milliseconds>(std::chrono::system_clock::now());
}

core::SteadyTime SystemClock::steady() const noexcept {
    return std::chrono::steady_clock::now();
}

}  // namespace sessgate::adapters
