#include "sessgate/service/scope_memo.hpp"

namespace sessgate::service {

using core::SessionState;

ScopeMemo::Found ScopeMemo::ask(const ScopeQuestion& question) {
    const core::SteadyTime now = clock_.steady();
    Stripe& stripe = stripe_of(question.key);
    const std::lock_guard lock(stripe.mutex);
    const Answer* const answer = stripe.answers.find(question.key, now);
    if (answer != nullptr && serves(*answer, question)) return {answer->verdict, nullptr, false};

    auto& flight = stripe.flights[question.key];
    const bool joins =
        flight && flight->question.changes == question.changes && (flight->question.renew || !question.renew);
    if (!joins) flight = std::make_shared<ScopeFlight>(question);
    return {nullptr, flight, !joins};
}

ScopeFlight::Result ScopeMemo::find(const ScopeQuestion& question) {
    Stripe& stripe = stripe_of(question.key);
    const std::lock_guard lock(stripe.mutex);
    const Answer* const answer = stripe.answers.find(question.key, clock_.steady());
    return answer != nullptr && serves(*answer, question) ? answer->verdict : nullptr;
}

bool ScopeMemo::is_known(const ScopeKey& key) {
    Stripe& stripe = stripe_of(key);
    const std::lock_guard lock(stripe.mutex);
    return stripe.flights.contains(key) || stripe.answers.find(key, clock_.steady()) != nullptr;
}

void ScopeMemo::land(const ScopeKey& key, const std::shared_ptr<ScopeFlight>& flight, ScopeFlight::Result verdict) {
    const bool is_kept = verdict && !std::holds_alternative<core::Unavailable>(*verdict);
    const core::SteadyTime now = clock_.steady();
    {
        Stripe& stripe = stripe_of(key);
        const std::lock_guard lock(stripe.mutex);
        // A flight whose place another one took was begun before a revocation, or did not renew: the other's answer
        // counts.
        const auto place = stripe.flights.find(key);
        if (place != stripe.flights.end() && place->second == flight) {
            stripe.flights.erase(place);
            if (is_kept) stripe.answers.put(key, {flight->question, verdict}, now);
        }
    }
    flight->land(std::move(verdict));
}

/// An answer that was found without renewing serves a renewing call when there was nothing to renew. A session that
/// ended by the clock since is no allow any more.
bool ScopeMemo::serves(const Answer& answer, const ScopeQuestion& question) const noexcept {
    if (answer.question.changes != question.changes) return false;
    const auto* const allow = std::get_if<core::Allow>(answer.verdict.get());
    if (allow == nullptr) return true;
    if (core::state_at(*allow->session, clock_.wall()) == SessionState::dead) return false;
    return answer.question.renew || !question.renew || allow->state == SessionState::active;
}

}  // namespace sessgate::service
