#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "sessgate/core/time.hpp"

namespace sessgate::app::bench {

using Clock = std::chrono::steady_clock;
using TimePoint = Clock::time_point;

/// How much is asked.
struct Load {
    std::size_t connections = 64;  ///< over all threads
    std::size_t pipeline = 1;      ///< requests under way on one connection
    /// Requests a second over all connections, each due at its time whatever became of those before it; 0: an answer is
    /// followed by the next request.
    double rate = 0;
    core::Milliseconds warmup{1000};
    core::Milliseconds duration{10'000};
    std::size_t threads = 1;

    bool is_open_loop() const noexcept { return rate > 0; }
};

/// What is asked: the bytes of each request.
struct Requests {
    std::string begin;                  ///< all of it where there are no tokens
    std::vector<std::string> tokens{};  ///< each request carries another one
    std::string end{};

    void append(std::string& out, std::uint64_t number) const {
        out += begin;
        if (!tokens.empty()) out.append(tokens[number % tokens.size()]).append(end);
    }
};

/// When what happens. A request counts when it is answered in the measured time; in an open loop, when it is due in it.
struct Schedule {
    TimePoint begin;
    TimePoint measured_from;
    TimePoint measured_until;
    TimePoint given_up_at;  ///< until then answers are waited for, and no request is made

    Schedule(TimePoint now, const Load& load)
        : begin(now),
          measured_from(now + load.warmup),
          measured_until(measured_from + load.duration),
          given_up_at(measured_until + std::chrono::seconds(1)) {}

    bool measures(TimePoint instant) const noexcept { return instant >= measured_from && instant < measured_until; }
};

/// The times at which an open loop's requests are due, evenly spread; each thread has its share of them.
class Pace {
public:
    Pace() = default;
    Pace(TimePoint begin, const Load& load, std::size_t thread)
        : begin_(begin),
          first_(static_cast<double>(thread)),
          step_(static_cast<double>(load.threads)),
          rate_(load.rate) {}

    TimePoint due(std::uint64_t number) const {
        const double offset = (first_ + static_cast<double>(number) * step_) / rate_ * 1e9;
        return begin_ + std::chrono::nanoseconds(static_cast<std::int64_t>(offset));
    }

private:
    TimePoint begin_{};
    double first_ = 0;
    double step_ = 1;
    double rate_ = 1;
};

}  // namespace sessgate::app::bench
