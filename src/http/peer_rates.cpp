#include "sessgate/http/peer_rates.hpp"

#include <algorithm>

namespace sessgate::http {
namespace {

constexpr std::int64_t second = 1'000'000'000;

/// So many are kept without looking for some to forget.
constexpr std::size_t kept_min = 1024;

std::int64_t ns_of(core::SteadyTime time) noexcept {
    return std::chrono::duration_cast<std::chrono::nanoseconds>(time.time_since_epoch()).count();
}

}  // namespace

bool PeerRate::take(core::SteadyTime now, std::size_t per_second) noexcept {
    const std::int64_t now_ns = ns_of(now);
    const std::int64_t share = second / static_cast<std::int64_t>(per_second);
    std::int64_t seen = used_until_.load(std::memory_order_relaxed);
    std::int64_t next = 0;
    do {
        next = std::max(seen, now_ns) + share;
        if (next - now_ns > second) return false;
    } while (!used_until_.compare_exchange_weak(seen, next, std::memory_order_relaxed));
    return true;
}

bool PeerRate::is_rested(core::SteadyTime now) const noexcept {
    return used_until_.load(std::memory_order_relaxed) <= ns_of(now);
}

std::shared_ptr<PeerRate> PeerRates::of(const core::IpAddress& peer, core::SteadyTime now) {
    const std::lock_guard lock(mutex_);
    if (rates_.size() >= std::max(forget_at_, kept_min)) forget_rested(now);
    auto& rate = rates_[peer];
    if (!rate) rate = std::make_shared<PeerRate>();
    return rate;
}

std::size_t PeerRates::size() const {
    const std::lock_guard lock(mutex_);
    return rates_.size();
}

/// Those of peers without a connection. Done again when there are twice as many as stay.
void PeerRates::forget_rested(core::SteadyTime now) {
    std::erase_if(rates_,
                  [&](const auto& entry) { return entry.second.use_count() == 1 && entry.second->is_rested(now); });
    forget_at_ = 2 * rates_.size();
}

}  // namespace sessgate::http
