#pragma once

#include <array>
#include <atomic>
#include <mutex>
#include <optional>

#include "sessgate/ports/clock.hpp"
#include "sessgate/service/scope_memo.hpp"

namespace sessgate::service {

/// What `/set-session` decided for a scope and the credential that was sent with it: later calls of the scope with that
/// credential are answered for the set token, or as signed out. Any thread.
///
/// Only the token is remembered and it is validated like any other, so that a revocation needs nothing to be done here.
class ScopeOverrides {
public:
    explicit ScopeOverrides(const ports::Clock& clock) noexcept : clock_(clock) {}

    struct Override {
        std::optional<core::Token> token;  ///< none: signed out
    };

    /// Nullopt: nothing was decided.
    std::optional<Override> find(const ScopeKey& key);

    void put(const ScopeKey& key, const Override& decided);

    /// False when `find` would find nothing for any key: most scopes never see a sign-in.
    bool is_empty() const noexcept { return clock_.steady() >= empty_from_.load(std::memory_order_acquire); }

private:
    static constexpr std::size_t stripe_count = 16;
    static constexpr std::size_t overrides_max = 1024;  ///< in each stripe

    struct Stripe {
        std::mutex mutex;
        TimedTable<ScopeKey, Override, ScopeKeyHash> overrides{overrides_max, scope_lifetime};
    };

    Stripe& stripe_of(const ScopeKey& key) noexcept { return stripes_[key.back() % stripe_count]; }

    const ports::Clock& clock_;
    std::atomic<core::SteadyTime> empty_from_ = core::SteadyTime::min();
    std::array<Stripe, stripe_count> stripes_;
};

}  // namespace sessgate::service
