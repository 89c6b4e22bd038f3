#include "sessgate/service/scope_overrides.hpp"

namespace sessgate::service {

std::optional<ScopeOverrides::Override> ScopeOverrides::find(const ScopeKey& key) {
    const core::SteadyTime now = clock_.steady();
    Stripe& stripe = stripe_of(key);
    const std::lock_guard lock(stripe.mutex);
    const Override* const decided = stripe.overrides.find(key, now);
    return decided == nullptr ? std::nullopt : std::optional(*decided);
}

void ScopeOverrides::put(const ScopeKey& key, const Override& decided) {
    const core::SteadyTime now = clock_.steady();
    Stripe& stripe = stripe_of(key);
    const std::lock_guard lock(stripe.mutex);
    stripe.overrides.put(key, decided, now);
    // Two that are put at once may store their times in either order: they differ by less than anyone can tell.
    empty_from_.store(now + scope_lifetime, std::memory_order_release);
}

}  // namespace sessgate::service
