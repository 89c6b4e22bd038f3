#pragma once

#include <ctime>

#include <atomic>
#include <chrono>
#include <cstdint>

namespace sessgate::adapters::redis {

/// Time since the machine started, suspended or not: a laptop that slept for an hour must not go on where it was.
using LeaseTime = std::chrono::nanoseconds;

inline LeaseTime lease_now() noexcept {
    timespec time{};
    ::clock_gettime(CLOCK_BOOTTIME, &time);
    return std::chrono::seconds(time.tv_sec) + std::chrono::nanoseconds(time.tv_nsec);
}

/// What one node's invalidation link vouches for: which link it is, and until when what it said may be relied on.
/// Written by the link's thread, read by all.
class Lease {
public:
    /// The cache answers only while the last answered ping was sent less than this ago.
    static constexpr auto length = std::chrono::milliseconds(500);

    /// The number of the link that is confirmed now; 0: none is. Never the same for two links.
    std::uint64_t link() const noexcept { return link_.load(std::memory_order_acquire); }

    /// What the server calls the link's connection; means something while there is a link.
    std::int64_t client_id() const noexcept { return client_id_.load(std::memory_order_acquire); }

    bool is_held(LeaseTime now) const noexcept { return now.count() < until_ns_.load(std::memory_order_acquire); }

    void confirm(std::int64_t client_id) noexcept {
        client_id_.store(client_id, std::memory_order_release);
        link_.store(++links_, std::memory_order_release);
    }
    void renew(LeaseTime ping_sent_at) noexcept {
        until_ns_.store((ping_sent_at + length).count(), std::memory_order_release);
    }
    void end() noexcept {
        link_.store(0, std::memory_order_release);
        until_ns_.store(0, std::memory_order_release);
    }

    /// A change that the server told of; and how many those were, over all links.
    void heard_of_change() noexcept { changes_.fetch_add(1, std::memory_order_relaxed); }
    std::uint64_t changes() const noexcept { return changes_.load(std::memory_order_relaxed); }

private:
    std::uint64_t links_ = 0;
    std::atomic<std::uint64_t> link_ = 0;
    std::atomic<std::int64_t> client_id_ = 0;
    std::atomic<std::int64_t> until_ns_ = 0;
    std::atomic<std::uint64_t> changes_ = 0;
};

}  // namespace sessgate::adapters::redis
