#pragma once

#include <cstdint>
#include <span>

namespace sessgate::ports {

/// Unpredictable bytes. Any thread.
class RandomSource {
public:
    virtual ~RandomSource() = default;

    /// Fills `out`. Ends the program when the system cannot give randomness: no secret may be made without it.
    virtual void fill(std::span<std::uint8_t> out) noexcept = 0;
};

}  // namespace sessgate::ports
