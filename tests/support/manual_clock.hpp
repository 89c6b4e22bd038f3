#pragma once

#include <atomic>

#include "sessgate/ports/clock.hpp"

namespace sessgate::tests {

/// Both clocks of a test, standing still until `advance` moves them together. Any thread.
class ManualClock final : public ports::Clock {
public:
    /// 2033-05-18 03:33:20 UTC: any instant will do, but a round one is easy to recognise in a failure.
    static constexpr core::WallTime start{core::Milliseconds(2'000'000'000'000)};

    core::WallTime wall() const noexcept override { return start + passed(); }
    core::SteadyTime steady() const noexcept override { return core::SteadyTime(std::chrono::hours(1) + passed()); }

    void advance(core::Milliseconds by) noexcept { passed_ms_ += by.count(); }

private:
    core::Milliseconds passed() const noexcept { return core::Milliseconds(passed_ms_.load()); }

    std::atomic<core::Milliseconds::rep> passed_ms_ = 0;
};

}  // namespace sessgate::tests
