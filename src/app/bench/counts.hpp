#pragma once

#include <array>
#include <cstdint>

#include "app/bench/histogram.hpp"

namespace sessgate::app::bench {

/// What one thread, or all of them, saw in the measured time.
struct Counts {
    Histogram latencies{};
    std::array<std::uint64_t, 1000> statuses{};
    std::uint64_t in_time = 0;  ///< answers that came in the measured time
    std::uint64_t bytes = 0;    ///< of the answers, heads included

    // Requests and connections that failed.
    std::uint64_t connect_errors = 0;
    std::uint64_t lost = 0;        ///< requests, with the connection they were sent on
    std::uint64_t malformed = 0;   ///< answers that are not HTTP
    std::uint64_t unanswered = 0;  ///< requests, when nothing was waited for any longer

    std::uint64_t reconnects = 0;
    double cpu_share = 0;  ///< of the busiest thread, of a core

    std::uint64_t requests() const noexcept { return latencies.count() - unanswered; }
    void add(const Counts& other);
};

}  // namespace sessgate::app::bench
