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

std::vector<Tokens> by_session(Tokens tokens) {
    std::vector<Tokens> sessions;
    while (!tokens.empty()) sessions.push_back(take_one_session(tokens));
    return sessions;
}

/// Of two denies the one that tells more; the cookie is forgotten only when both say so.
Deny joined(const Deny& a, const Deny& b) {
    return {std::max(a.reason, b.reason), a.forget_cookie && b.forget_cookie};
}

/// What a write that the use of a session asked for has come to.
ports::Renewal renewal_of(const core::AllowDecision& decision, const core::Result<ports::Replaced>& outcome) {
    if (!outcome) return ports::Renewal::failed;
    if (*outcome != ports::Replaced::replaced) return ports::Renewal::lost;
    const core::SessionRecord& before = *decision.allow.session;
    const core::SessionRecord& after = *decision.write->desired;
    if (after.hash != before.hash) return ports::Renewal::promoted;
    return after.periods != before.periods ? ports::Renewal::done : ports::Renewal::retired;
}

}  // namespace

ports::Task<Verdict> SessionService::validate(Credential credential, ValidateOptions options) {
    if (!options.scope.empty()) co_return co_await validate_in_scope(std::move(credential), options);
    if (credential.tokens.empty()) co_return Deny{credential.absence, false};
    FirstRead first = first_read(options.ahead, credential.tokens);
    if (!first.read) {
        if (auto kept = kept_allow(credential.tokens)) co_return *std::move(kept);
    }
    Patience patience = patience_with(options.ahead);
    co_return co_await validate_stored(std::move(credential.tokens), options.renew, patience, std::move(first));
}

ports::Task<Verdict> SessionService::validate_stored(Tokens tokens, bool renew, Patience& patience, FirstRead first) {
    if (tokens.size() > 1) co_return co_await validate_each(std::move(tokens), renew, patience);
    co_return co_await validate_one(std::move(tokens), renew, patience, std::move(first));
}

KeptSession* SessionService::kept(std::string_view token, const ValidateOptions& options, core::WallTime now) noexcept {
    const auto halves = core::split_token(token);
    KeptSession* const kept = halves ? near_cache_.find(halves->id) : nullptr;
    if (!kept || kept->version != store_.version_of(kept->id)) return nullptr;
    const std::string_view secret(kept->secret.data(), kept->secret.size());
    if (!core::equal_in_constant_time(core::as_bytes(secret), core::as_bytes(halves->secret))) return nullptr;
    return now <= kept->plain_until && agrees_with_scope(*kept, options, now) ? kept : nullptr;
}

void SessionService::expect(std::string_view token) noexcept {
    const auto halves = core::split_token(token);
    if (!halves || near_cache_.is_empty()) return;
    near_cache_.expect(halves->id);
    store_.expect(halves->id.substr(0, core::SessionId::bucket_length));
}

/// Within a scope all have one answer: that of `/set-session`, or the memo's. The memo's is another than this one only
/// where it came with a write, and it is forgotten some time after that.
bool SessionService::agrees_with_scope(const KeptSession& kept, const ValidateOptions& options,
                                       core::WallTime now) const noexcept {
    if (options.scope.empty()) return true;
    if (options.heeds_set_session && !commons_.overrides.is_empty()) return false;
    return now > kept.written_at + 2 * scope_lifetime;
}

std::optional<core::Allow> SessionService::kept_allow(const Tokens& tokens) {
    if (tokens.size() != 1) return std::nullopt;
    const bool keeps = config_.near_cache_sessions > 0;
    const auto version = keeps ? store_.version_of(tokens.front().id) : std::nullopt;
    auto allow = version ? kept_allow(tokens.front(), *version) : std::nullopt;
    const auto without = version ? ports::NearLookup::miss : ports::NearLookup::off;
    metrics_.near_cache.add(allow ? ports::NearLookup::hit : without);
    return allow;
}

/// Only an allow that asks for no write is answered from memory: every deny, renewal and promotion reads the store.
std::optional<core::Allow> SessionService::kept_allow(const core::Token& token, std::uint64_t version) {
    KeptSession* const kept = near_cache_.find(token.id, version);
    const core::WallTime now = clock_.wall();
    if (!kept || now > kept->believed_until) return std::nullopt;
    core::Decision decision = core::decide(kept->session, token, now, config_.rotation, {});
    auto* const allowed = std::get_if<core::AllowDecision>(&decision);
    if (!allowed || allowed->write || may_be_taken_back(allowed->allow)) return std::nullopt;
    learn(*kept, *allowed);
    return std::move(allowed->allow);
}

/// Remembers the token of an allow that writes nothing, if it is the current one: the others get a new token with it.
void SessionService::learn(KeptSession& kept, const core::AllowDecision& decision) {
    const core::Allow& allow = decision.allow;
    if (allow.replacement) return;
    kept.written_at = core::written_at(*kept.session);
    kept.plain_until = std::min(core::plain_until(*kept.session, config_.rotation), kept.believed_until);
    if (clock_.wall() <= kept.plain_until) kept.secret = core::text_of(allow.presented.secret);
}

/// Looks at every session first and writes nothing, so that an ambiguous set of cookies changes none of them. The reads
/// are under way together, and leave in one write where the store is another machine.
ports::Task<Verdict> SessionService::validate_each(Tokens tokens, bool renew, Patience& patience) {
    const std::uint64_t begun = commons_.flights.last_number();
    const std::vector<Tokens> sessions = by_session(std::move(tokens));
    const auto flights = start_reads(sessions);
    std::optional<std::size_t> live;
    std::optional<Deny> deny;
    std::vector<SessionFlight::Result> reads;
    for (std::size_t i = 0; i < sessions.size(); ++i) {
        auto read = co_await flights[i]->wait(waits_, patience.read_by());
        patience.has_waited();
        // One that failed may have begun before this call, with less time.
        if (read && !read->found) read = nullptr;
        reads.push_back(read);
        const FirstRead first{std::move(read), begun};
        Verdict verdict = co_await validate_one(sessions[i], false, patience, first);
        if (std::holds_alternative<core::Unavailable>(verdict)) co_return verdict;
        if (const auto* no = std::get_if<Deny>(&verdict)) {
            deny = deny ? joined(*deny, *no) : *no;
        } else if (live) {
            co_return Deny{Reason::ambiguous_cookie, false};
        } else {
            live = i;
        }
    }
    if (!live) co_return *deny;
    const FirstRead first{reads[*live], begun};
    co_return co_await validate_one(sessions[*live], renew, patience, first);
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

ports::Task<Verdict> SessionService::validate_one(Tokens tokens, bool renew, Patience& patience) {
    return validate_one(std::move(tokens), renew, patience, no_read());
}

/// A deny never rests on a read that began before this request: since then the client may have been given a token that
/// the read does not know.
ports::Task<Verdict> SessionService::validate_one(Tokens tokens, bool renew, Patience& patience, FirstRead first) {
    const core::SessionId id = tokens.front().id;
    if (is_moved_on_use(id)) {
        co_return co_await validate_moving(tokens.front(), renew, patience);
    }
    std::uint64_t after = 0;
    for (int attempt = 1;;) {
        SessionFlight::Result read = std::exchange(first.read, nullptr);
        if (!read) read = co_await this->read(id, after, patience);
        if (!read->found) co_return core::Unavailable{read->found.error()};
        core::Decision decision = decide(*read, tokens, renew);
        if (const auto* const deny = std::get_if<Deny>(&decision)) {
            if (read->number > first.begun) co_return co_await denied(*deny, id);
            after = first.begun;
            continue;
        }
        auto& allowed = std::get<core::AllowDecision>(decision);
        if (renew && !allowed.write && may_be_taken_back(allowed.allow)) {
            co_return co_await made_safe(std::move(allowed.allow));
        }
        if (!renew || !allowed.write) co_return unwritten(std::move(allowed.allow));
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
    if (allowed == nullptr || !read.version || allowed->write) return decision;
    KeptSession* const kept = near_cache_.put(allowed->allow.session, *read.version);
    if (kept == nullptr) return decision;
    kept->believed_until = now + config_.near_cache_age_max;
    learn(*kept, *allowed);
    return decision;
}

/// Renewal, promotion or retirement; a full queue leaves it to the next use. `changed`: another write came first, and
/// the verdict is the one without ours.
ports::Task<Verdict> SessionService::write(core::AllowDecision decision, bool& changed) {
    const StoreQueue::Place place(queue_);
    if (!place.is_taken()) co_return unwritten(std::move(decision.allow));
    const auto outcome = co_await store_.replace(*decision.allow.session, *decision.write->desired);
    commons_.flights.close(decision.allow.session->id);
    metrics_.renewals.add(renewal_of(decision, outcome));
    if (!outcome) {
        // The session is still good; its next use will try again.
        log_.failed("replace", outcome.error());
        co_return unwritten(std::move(decision.allow));
    }
    changed = *outcome == ports::Replaced::changed;
    if (*outcome == ports::Replaced::gone) co_return Deny{Reason::unknown, true};
    if (changed) co_return unwritten(std::move(decision.allow));
    co_return std::move(decision.write->allow);
}

/// Whether it hands out a successor that was read, and which a failover could make unknown again.
bool SessionService::may_be_taken_back(const core::Allow& allow) const noexcept {
    return allow.replacement && allow.session->next && store_.may_take_back();
}

/// `allow` after no write, with nothing in it that could be taken back: that waits for the next use.
core::Allow SessionService::unwritten(core::Allow allow) const noexcept {
    if (may_be_taken_back(allow)) allow.replacement.reset();
    return allow;
}

/// The write that prepared the successor may still be under way to the replicas, or never have come to them.
ports::Task<Verdict> SessionService::made_safe(core::Allow allow) {
    const StoreQueue::Place place(queue_);
    if (!place.is_taken()) co_return unwritten(std::move(allow));
    const core::SessionRecord& session = *allow.session;
    const auto outcome = co_await store_.replace(session, session);
    if (!outcome) log_.failed("replace", outcome.error());
    const bool is_safe = outcome && *outcome == ports::Replaced::replaced;
    if (!is_safe) co_return unwritten(std::move(allow));
    co_return std::move(allow);
}

ports::Task<Verdict> SessionService::denied(Deny deny, core::SessionId id) {
    if (deny.reason == Reason::superseded) {
        metrics_.superseded.add();
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
