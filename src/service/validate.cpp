#include <algorithm>

#include "sessgate/service/session_service.hpp"

namespace sessgate::service {

using core::Deny;
using core::Reason;
using core::Verdict;

namespace {

/// A write that lost twice against others is left to the next use.
constexpr int attempts_max = 2;

/// Tokens of the first one's session, with the others left in `tokens`.
Tokens take_one_session(Tokens& tokens) {
    Tokens taken;
    Tokens left;
    for (const core::Token& token : tokens) (token.id == tokens.front().id ? taken : left).push_back(token);
    tokens = std::move(left);
    return taken;
}

/// Of two denies the one that tells more; the cookie is forgotten only when both say so.
Deny joined(const Deny& a, const Deny& b) {
    return {std::max(a.reason, b.reason), a.forget_cookie && b.forget_cookie};
}

}  // namespace

ports::Task<Verdict> SessionService::validate(Credential credential, ValidateOptions options) {
    if (!options.scope.empty()) co_return co_await validate_in_scope(std::move(credential), options);
    if (credential.tokens.empty()) co_return Deny{credential.absence, false};
    if (auto kept = kept_allow(credential.tokens)) co_return *std::move(kept);
    Patience patience(config_.store_deadline);
    co_return co_await validate_stored(std::move(credential.tokens), options.renew, patience);
}

ports::Task<Verdict> SessionService::validate_stored(Tokens tokens, bool renew, Patience& patience) {
    if (tokens.size() > 1) co_return co_await validate_each(std::move(tokens), renew, patience);
    co_return co_await validate_one(std::move(tokens), renew, patience);
}

/// Only an allow that asks for no write is answered from memory: every deny, renewal and promotion reads the store.
std::optional<core::Allow> SessionService::kept_allow(const Tokens& tokens) {
    if (tokens.size() != 1) return std::nullopt;
    const core::Token& token = tokens.front();
    const auto version = store_.version_of(token.id);
    auto session = version ? near_cache_.find(token.id, *version) : nullptr;
    if (!session) return std::nullopt;
    core::Decision decision = core::decide(std::move(session), token, clock_.wall(), config_.rotation, {});
    auto* const allowed = std::get_if<core::AllowDecision>(&decision);
    if (!allowed || allowed->write) return std::nullopt;
    return std::move(allowed->allow);
}

/// Looks at every session first and writes nothing, so that an ambiguous set of cookies changes none of them.
ports::Task<Verdict> SessionService::validate_each(Tokens tokens, bool renew, Patience& patience) {
    Tokens live;
    std::optional<Deny> deny;
    while (!tokens.empty()) {
        Tokens of_one = take_one_session(tokens);
        Verdict verdict = co_await validate_one(of_one, false, patience);
        if (std::holds_alternative<core::Unavailable>(verdict)) co_return verdict;
        if (const auto* no = std::get_if<Deny>(&verdict)) {
            deny = deny ? joined(*deny, *no) : *no;
        } else if (!live.empty()) {
            co_return Deny{Reason::ambiguous_cookie, false};
        } else {
            live = std::move(of_one);
        }
    }
    if (live.empty()) co_return *deny;
    co_return co_await validate_one(std::move(live), renew, patience);
}

ports::Async<void> SessionService::revoke_presented(Credential credential) {
    Patience patience(config_.store_deadline);
    while (!credential.tokens.empty()) {
        Tokens of_one = take_one_session(credential.tokens);
        const core::SessionId id = of_one.front().id;
        const Verdict verdict = co_await validate_one(std::move(of_one), false, patience);
        if (const auto* failure = std::get_if<core::Unavailable>(&verdict)) co_return failure->error;
        if (!std::holds_alternative<core::Allow>(verdict)) continue;
        const auto revoked = co_await revoke(id);
        if (!revoked) co_return revoked.error();
    }
    co_return core::Result<void>();
}

/// A deny never rests on a read that began before this request: since then the client may have been given a token that
/// the read does not know.
ports::Task<Verdict> SessionService::validate_one(Tokens tokens, bool renew, Patience& patience) {
    const core::SessionId id = tokens.front().id;
    if (id.is_lucia() && config_.tokens.can_be_replaced()) {
        co_return co_await validate_moving(tokens.front(), renew, patience);
    }
    const std::uint64_t begun = commons_.flights.last_number();
    std::uint64_t after = 0;
    for (int attempt = 1;;) {
        const SessionFlight::Result read = co_await this->read(id, after, patience);
        if (!read->found) co_return core::Unavailable{read->found.error()};
        core::Decision decision = decide(*read, tokens, renew);
        if (const auto* const deny = std::get_if<Deny>(&decision)) {
            if (read->number > begun) co_return co_await denied(*deny, id);
            after = begun;
            continue;
        }
        auto& allowed = std::get<core::AllowDecision>(decision);
        if (!renew || !allowed.write) co_return std::move(allowed.allow);
        bool changed = false;
        Verdict verdict = co_await write(std::move(allowed), changed);
        if (!changed || attempt == attempts_max) co_return verdict;
        ++attempt;
        after = commons_.flights.last_number();
    }
}

/// What a read of their session says about the tokens. The record is kept for the next request when nothing is to be
/// written to it.
core::Decision SessionService::decide(const SessionRead& read, const Tokens& tokens, bool renew) {
    core::SharedSession session = *read.found;
    if (!session) return Deny{Reason::unknown, true};
    const core::WallTime now = clock_.wall();
    const core::Token& token = tokens.size() == 1 ? tokens.front() : core::best_of(*session, tokens);
    const bool may_rotate = renew && core::state_at(*session, now) == core::SessionState::idle;
    const core::Salt salt = may_rotate ? fresh_salt() : core::Salt{};
    core::Decision decision = core::decide(std::move(session), token, now, config_.rotation, salt);
    const auto* const allowed = std::get_if<core::AllowDecision>(&decision);
    if (allowed != nullptr && read.version && !allowed->write) near_cache_.put(allowed->allow.session, *read.version);
    return decision;
}

/// Renewal, promotion or retirement. `changed`: another write came first, and the verdict is the one without ours.
ports::Task<Verdict> SessionService::write(core::AllowDecision decision, bool& changed) {
    const auto outcome = co_await store_.replace(*decision.allow.session, *decision.write->desired);
    commons_.flights.close(decision.allow.session->id);
    if (!outcome) {
        // The session is still good; its next use will try again.
        log_.failed("replace", outcome.error());
        co_return std::move(decision.allow);
    }
    changed = *outcome == ports::Replaced::changed;
    if (*outcome == ports::Replaced::gone) co_return Deny{Reason::unknown, true};
    co_return changed ? std::move(decision.allow) : std::move(decision.write->allow);
}

ports::Task<Verdict> SessionService::denied(Deny deny, core::SessionId id) {
    if (deny.reason == Reason::superseded) {
        log_.token_superseded(id);
        if (config_.on_reuse == OnReuse::revoke) {
            const auto revoked = co_await revoke(id);
            if (!revoked) log_.failed("revoke", revoked.error());
        }
    }
    co_return deny;
}

core::Salt SessionService::fresh_salt() noexcept {
    core::Salt salt;
    random_.fill(salt);
    return salt;
}

}  // namespace sessgate::service
