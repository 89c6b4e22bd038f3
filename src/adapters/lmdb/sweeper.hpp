#pragma once

#include <atomic>
#include <vector>

#include "adapters/lmdb/environment.hpp"
#include "adapters/lmdb/health.hpp"
#include "sessgate/ports/clock.hpp"

namespace sessgate::adapters::lmdb {

/// Removes sessions whose store expiry is past. It raises no version: what it takes away has been dead for ten minutes,
/// which every use of a kept record finds out. The writer's thread only, but for the counter.
class Sweeper {
public:
    /// In one transaction; small, so that writes behind it do not wait long and its pages fit into the reserve.
    static constexpr std::size_t step_max = 128;

    Sweeper(const Environment& environment, const ports::Clock& clock, Health& health) noexcept
        : environment_(environment), clock_(clock), health_(health) {}

    /// How many were removed; `step_max` means that there may be more. 0 also when it could not be done now.
    std::size_t step();

    std::uint64_t swept() const noexcept { return swept_.load(std::memory_order_relaxed); }

private:
    std::vector<SessionPlace> find_expired() const;

    const Environment& environment_;
    const ports::Clock& clock_;
    Health& health_;
    std::atomic<std::uint64_t> swept_ = 0;
};

}  // namespace sessgate::adapters::lmdb
