#include "service/attempts.hpp"
#include "sessgate/core/lucia_move.hpp"
#include "sessgate/service/session_service.hpp"

namespace sessgate::service {

using core::Deny;
using core::Reason;
using core::SessionRecord;
using core::Verdict;
using ports::Replaced;

// A session of Lucia becomes one of ours when it would be renewed: first Lucia's record is marked, then ours is made
// from it. Whoever finds the mark goes on from there, so nothing is lost with a process that ends in between.

/// A token of Lucia's: its session as it is, or, once that has moved, ours with the token that takes this one's place.
ports::Task<Verdict> SessionService::validate_moving(core::Token token, bool renew, Patience& patience) {
    for (int attempt = 0; attempt < attempts_max; ++attempt) {
        auto found = co_await store_.find(token.id);
        if (!found) {
            log_.failed("find", found.error());
            co_return core::Unavailable{found.error()};
        }
        log_.succeeded();
        if (!*found) co_return Deny{Reason::unknown, true};
        SessionRecord lucia = std::move(**found);
        const core::WallTime now = clock_.wall();
        const core::SessionState state = core::state_at(lucia, now);
        if (state == core::SessionState::dead) co_return Deny{Reason::expired, true};
        if (core::is_marked_as_moved(lucia)) co_return co_await follow(token, std::move(lucia), renew, patience);

        core::Allow allow{std::make_shared<const SessionRecord>(lucia), state, false, token, std::nullopt, false};
        if (state == core::SessionState::active || !renew) co_return allow;
        SessionRecord marked = core::marked_as_moved(lucia, now);
        const auto outcome = co_await store_.replace(lucia, marked);
        if (!outcome) {
            log_.failed("replace", outcome.error());
            co_return allow;
        }
        if (*outcome == Replaced::gone) co_return Deny{Reason::unknown, true};
        if (*outcome == Replaced::replaced) co_return co_await follow(token, std::move(marked), renew, patience);
    }
    co_return core::Unavailable{core::Errc::store_unavailable};
}

/// The verdict on the session that `lucia`, marked, has become or is to become.
ports::Task<Verdict> SessionService::follow(core::Token token, SessionRecord lucia, bool renew, Patience& patience) {
    const core::SessionId id = core::moved_id(lucia);
    const core::Token moved{id, core::moved_secret(token.secret, id)};
    const Tokens tokens(1, moved);
    Verdict verdict = co_await validate_one(tokens, renew, patience);
    const auto* const deny = std::get_if<Deny>(&verdict);
    if (deny != nullptr && deny->reason == Reason::unknown) {
        const auto taken = co_await take_over(lucia, moved);
        if (!taken) {
            log_.failed("create", taken.error());
            co_return core::Unavailable{taken.error()};
        }
        if (!*taken) co_return Deny{Reason::unknown, true};
        verdict = co_await validate_one(tokens, renew, patience);
        if (auto* const allow = std::get_if<core::Allow>(&verdict)) allow->fresh = true;
    }
    auto* const allow = std::get_if<core::Allow>(&verdict);
    if (allow == nullptr) co_return verdict;
    if (!allow->replacement) allow->replacement = moved;

    // From now on Lucia's own id is good for as long as any token is that has been followed by another one.
    const core::WallTime end = clock_.wall() + config_.rotation.grace_max;
    if (renew && lucia.periods.idle_until > end) {
        SessionRecord ending = lucia;
        ending.periods = {std::min(lucia.periods.active_until, end), end};
        const auto ended = co_await store_.replace(std::move(lucia), std::move(ending));
        if (!ended) log_.failed("replace", ended.error());
    }
    co_return verdict;
}

ports::Async<bool> SessionService::move(SessionRecord lucia, core::Secret secret) {
    SessionRecord marked = core::marked_as_moved(lucia, clock_.wall());
    const auto outcome = co_await store_.replace(std::move(lucia), marked);
    if (!outcome) co_return outcome.error();
    if (*outcome != Replaced::replaced) co_return false;
    const core::SessionId id = core::moved_id(marked);
    const core::Token moved{id, core::moved_secret(secret, id)};
    const auto taken = co_await take_over(std::move(marked), moved);
    if (!taken) co_return taken.error();
    co_return *taken;
}

/// Makes our session from Lucia's. False: it was revoked meanwhile, which takes Lucia's record away first, so whoever
/// does not find that afterwards has brought something back and takes it away again.
ports::Async<bool> SessionService::take_over(SessionRecord lucia, core::Token moved) {
    SessionRecord session =
        core::moved_record(lucia, core::hash_of(moved.secret), clock_.wall(), config_.defaults.absolute_lifetime);
    const auto stored = co_await store_beside_user(std::move(session));
    if (!stored && stored.error() != core::Errc::session_exists) co_return stored.error();
    const auto left = co_await store_.find(lucia.id);
    if (!left) co_return left.error();
    if (*left) co_return true;
    const auto revoked = co_await revoke(moved.id);
    if (!revoked) co_return revoked.error();
    co_return false;
}

/// Stores a session that did not begin with a sign-in here; a user whom nobody put gets a record without attributes.
ports::Async<void> SessionService::store_beside_user(SessionRecord session) {
    for (int attempt = 0; attempt < attempts_max; ++attempt) {
        auto user = co_await store_.find_user(session.user);
        if (!user) co_return user.error();
        if (!*user && config_.tokens.can_be_replaced()) {
            const auto put = co_await put_user(session.user, "{}");
            if (!put) co_return put.error();
            continue;
        }
        session.user_copy.reset();
        if (*user) session.user_copy = core::UserCopy{(*user)->version, (*user)->attributes};
        const auto created = co_await store_.create(session);
        if (!created) co_return created.error();
        if (*created == ports::Created::created) co_return core::Result<void>();
    }
    co_return core::Errc::store_unavailable;
}

}  // namespace sessgate::service
