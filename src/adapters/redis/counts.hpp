#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>

namespace sessgate::adapters::redis {

/// What the shards' connections to all servers come to. Changed seldom, so that all shards share them. Any thread. Held
/// by whoever changes them: a shard's coroutines may go later than the database.
struct Counts {
    std::atomic<std::uint64_t> connections = 0;       ///< for reads, usable now
    std::atomic<std::uint64_t> connections_lost = 0;  ///< of those, since the start
    std::atomic<std::uint64_t> transactions = 0;      ///< connections for writes
    std::atomic<std::uint64_t> waiting = 0;           ///< writes that wait for one of them

    void set_clock_skew(std::chrono::microseconds skew) noexcept {
        clock_skew_us_ = skew.count();
        clock_skew_is_known_ = true;
    }
    std::optional<std::chrono::microseconds> clock_skew() const noexcept {
        if (!clock_skew_is_known_) return std::nullopt;
        return std::chrono::microseconds(clock_skew_us_);
    }

private:
    std::atomic<std::int64_t> clock_skew_us_ = 0;
    std::atomic<bool> clock_skew_is_known_ = false;
};

/// One more, until it goes.
class CountedIn {
public:
    CountedIn(std::shared_ptr<Counts> counts, std::atomic<std::uint64_t> Counts::*count) noexcept
        : counts_(std::move(counts)), count_(count) {
        ++((*counts_).*count_);
    }
    ~CountedIn() { --((*counts_).*count_); }
    CountedIn(const CountedIn&) = delete;
    CountedIn& operator=(const CountedIn&) = delete;

private:
    std::shared_ptr<Counts> counts_;
    std::atomic<std::uint64_t> Counts::*count_;
};

}  // namespace sessgate::adapters::redis
