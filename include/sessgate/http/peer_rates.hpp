#pragma once

#include <atomic>
#include <map>
#include <memory>
#include <mutex>

#include "sessgate/core/network.hpp"
#include "sessgate/core/time.hpp"

namespace sessgate::http {

/// How often one peer may ask: as often at once as in a whole second, and then evenly. Any thread, without a lock.
class PeerRate {
public:
    /// Counts one request; false: it is one too many, and is not counted.
    bool take(core::SteadyTime now, std::size_t per_second) noexcept;

    /// Whether it is as if the peer had never asked.
    bool is_rested(core::SteadyTime now) const noexcept;

private:
    /// When the last request's share of time is over, in the steady clock's nanoseconds; up to a second ahead.
    std::atomic<std::int64_t> used_until_{0};
};

/// The rates of all peers that are connected, or were so recently that a new connection must not be a new start.
/// Any thread; asked once for a connection.
class PeerRates {
public:
    std::shared_ptr<PeerRate> of(const core::IpAddress& peer, core::SteadyTime now);

    std::size_t size() const;

private:
    void forget_rested(core::SteadyTime now);

    mutable std::mutex mutex_;
    std::map<core::IpAddress, std::shared_ptr<PeerRate>> rates_;
    std::size_t forget_at_ = 0;
};

}  // namespace sessgate::http
