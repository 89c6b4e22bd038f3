#include "sessgate/core/explanation.hpp"

namespace sessgate::core {
namespace {

void tell_write(Explanation& told, const SessionRecord& before, const SessionRecord& desired) {
    told.renews = desired.periods != before.periods;
    told.rotates = desired.next && !before.next;
    told.promotes = desired.hash != before.hash;
    told.retires = !told.promotes && desired.previous != before.previous;
}

}  // namespace

Explanation explain(const SharedSession& session, const Token& token, WallTime now, const RotationPolicy& policy) {
    Explanation told{.role = role_of(*session, token, now, policy), .state = state_at(*session, now)};
    // Nothing of this is written, so any salt does: what it leads to is not told.
    const Decision decision = decide(session, token, now, policy, Salt{});
    if (const auto* deny = std::get_if<Deny>(&decision)) {
        told.denied = deny->reason;
        return told;
    }
    const auto& allowed = std::get<AllowDecision>(decision);
    told.hands_out = (allowed.write ? allowed.write->allow : allowed.allow).replacement.has_value();
    if (allowed.write) tell_write(told, *session, *allowed.write->desired);
    return told;
}

}  // namespace sessgate::core
