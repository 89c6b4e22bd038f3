#pragma once

#include "sessgate/core/time.hpp"

namespace sessgate::ports {

/// Both clocks of the program. Any thread.
class Clock {
public:
    virtual ~Clock() = default;
    virtual core::WallTime wall() const noexcept = 0;
    virtual core::SteadyTime steady() const noexcept = 0;
};

}  // namespace sessgate::ports
