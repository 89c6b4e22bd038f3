#pragma once

#include <sys/random.h>

#include <cstdint>
#include <cstdlib>

namespace sessgate::adapters::redis {

/// From the kernel's generator, each time: what is drawn here is drawn seldom, and a simulation of the kernel can
/// repeat it.
inline std::uint64_t random_number() noexcept {
    std::uint64_t number = 0;
    if (::getrandom(&number, sizeof number, 0) != sizeof number) std::abort();
    return number;
}

}  // namespace sessgate::adapters::redis
