#include "sessgate/core/rotation.hpp"

#include <algorithm>

namespace sessgate::core {
namespace {

/// What a presented secret is to its session. The order is that of trust.
enum class Match { none, previous, current, next };

Match match_of(const SessionRecord& session, const SecretHash& presented) noexcept {
    if (session.next && equal_in_constant_time(session.next->hash, presented)) return Match::next;
    if (equal_in_constant_time(session.hash, presented)) return Match::current;
    if (session.previous && equal_in_constant_time(session.previous->hash, presented)) return Match::previous;
    return Match::none;
}

bool is_retired(const PreviousSecret& previous, WallTime now, const RotationPolicy& policy) noexcept {
    return !previous.salt || now > previous.promoted_at + policy.grace_max;
}

/// Rule 4: use of the current token later than the grace shows that the client has it, so the one before is done with.
bool previous_is_due(const SessionRecord& session, WallTime now, const RotationPolicy& policy) noexcept {
    return session.previous && session.previous->salt && now > session.previous->promoted_at + policy.grace;
}

Token with_secret(const Token& token, const Secret& secret) {
    return Token{token.id, secret};
}

/// `allow` as it is once `desired` stands in the store.
std::unique_ptr<WantedWrite> once_written(Allow allow, SessionRecord desired, bool renewed) {
    if (renewed) {
        allow.state = SessionState::active;
        allow.fresh = true;
        // With an absolute end the cookie was given all its life at the start; without one it lives 400 days from now.
        allow.expiry_moved = !desired.absolute_end;
    }
    allow.session = std::make_shared<const SessionRecord>(std::move(desired));
    return std::make_unique<WantedWrite>(WantedWrite{allow.session, std::move(allow)});
}

/// Rule 1, and the retirement of rule 4.
AllowDecision use_of_current(Allow allow, WallTime now, const RotationPolicy& policy, const Salt& fresh_salt) {
    const Token& token = allow.presented;
    const auto successor = [&](const Salt& salt) { return successor_of(token.secret, token.id, salt); };
    const SessionRecord& session = *allow.session;
    if (session.next) allow.replacement = with_secret(token, successor(session.next->salt));

    const auto periods = renewal_at(session, now);
    const bool retires = previous_is_due(session, now, policy);
    if (!periods && !retires) return {std::move(allow), nullptr};

    SessionRecord desired = session;
    if (retires) desired.previous->salt.reset();
    if (periods) desired.periods = *periods;
    const bool may_rotate = policy.strategy == RenewalStrategy::rotate && !desired.next;
    const bool previous_in_use = desired.previous && desired.previous->salt;
    Allow written = allow;
    if (periods && may_rotate && !previous_in_use) {
        const Secret secret = successor(fresh_salt);
        desired.next = PendingSuccessor{fresh_salt, hash_of(secret)};
        written.replacement = with_secret(token, secret);
    }
    return {std::move(allow), once_written(std::move(written), std::move(desired), periods.has_value())};
}

/// Rule 2: promotion, and renewal with it when the session is idle.
AllowDecision use_of_successor(Allow allow, WallTime now) {
    const SessionRecord& session = *allow.session;
    SessionRecord desired = session;
    desired.previous = PreviousSecret{session.hash, session.next->salt, now};
    desired.hash = session.next->hash;
    desired.next.reset();
    const auto periods = renewal_at(session, now);
    if (periods) desired.periods = *periods;
    Allow written = allow;
    return {std::move(allow), once_written(std::move(written), std::move(desired), periods.has_value())};
}

/// Rule 3: an allow that never renews; the current token follows from the previous one and is sent again.
AllowDecision use_of_previous(Allow allow) {
    const Token& token = allow.presented;
    const Salt& salt = *allow.session->previous->salt;
    allow.replacement = with_secret(token, successor_of(token.secret, token.id, salt));
    return {std::move(allow), nullptr};
}

}  // namespace

const Token& best_of(const SessionRecord& session, std::span<const Token> tokens) {
    return *std::max_element(tokens.begin(), tokens.end(), [&](const Token& a, const Token& b) {
        return match_of(session, hash_of(a.secret)) < match_of(session, hash_of(b.secret));
    });
}

SessionRecord reissued(SessionRecord session, const SecretHash& hash, WallTime now) {
    session.hash = hash;
    session.next.reset();
    session.previous.reset();
    session.periods = periods_from(session, now);
    return session;
}

TokenRole role_of(const SessionRecord& session, const Token& token, WallTime now,
                  const RotationPolicy& policy) noexcept {
    switch (match_of(session, hash_of(token.secret))) {
        case Match::next:
            return TokenRole::successor;
        case Match::current:
            return TokenRole::current;
        case Match::previous:
            return is_retired(*session.previous, now, policy) ? TokenRole::retired : TokenRole::previous;
        case Match::none:
            break;
    }
    return TokenRole::none;
}

WallTime plain_until(const SessionRecord& session, const RotationPolicy& policy) noexcept {
    if (session.next) return WallTime::min();
    WallTime until = std::min(session.periods.active_until, session.absolute_end.value_or(WallTime::max()));
    if (session.previous && session.previous->salt)
        until = std::min(until, session.previous->promoted_at + policy.grace);
    return until;
}

WallTime written_at(const SessionRecord& session) noexcept {
    const WallTime periods_began = session.periods.active_until - session.active_period;
    return session.previous ? std::max(periods_began, session.previous->promoted_at) : periods_began;
}

Decision decide(SharedSession session, const Token& token, WallTime now, const RotationPolicy& policy,
                const Salt& fresh_salt) {
    const Match match = match_of(*session, hash_of(token.secret));
    // Rule 5: ids are public, so a wrong secret tells nothing about the client's cookie and does nothing to it.
    if (match == Match::none) return Deny{Reason::unknown, false};
    if (match == Match::previous && is_retired(*session->previous, now, policy)) return Deny{Reason::superseded, false};

    const SessionState state = state_at(*session, now);
    if (state == SessionState::dead) return Deny{Reason::expired, true};

    Allow allow{std::move(session), state, false, token, std::nullopt, false};
    switch (match) {
        case Match::next:
            return use_of_successor(std::move(allow), now);
        case Match::previous:
            return use_of_previous(std::move(allow));
        default:
            return use_of_current(std::move(allow), now, policy, fresh_salt);
    }
}

}  // namespace sessgate::core
