#include "sessgate/core/scope.hpp"

#include "sessgate/service/session_service.hpp"

namespace sessgate::service {

using core::Verdict;

namespace {

/// The leader gave up on the store; a caller that asked later may still have time.
bool is_time_out(const Verdict& verdict) noexcept {
    const auto* const failure = std::get_if<core::Unavailable>(&verdict);
    return failure != nullptr && failure->error == core::Errc::store_timeout;
}

}  // namespace

ports::Task<Verdict> SessionService::validate_in_scope(Credential credential, ValidateOptions options) {
    ScopeKeys keys = commons_.scope_keys.keys_of(options.scope, credential.tokens);
    if (options.heeds_set_session && !commons_.overrides.is_empty()) {
        if (const auto decided = commons_.overrides.find(keys.override)) {
            if (!decided->token) co_return core::Deny{core::Reason::no_cookie, false};
            credential.tokens.assign(1, *decided->token);
            keys = commons_.scope_keys.keys_of(options.scope, credential.tokens);
        }
    }
    if (credential.tokens.empty()) co_return core::Deny{credential.absence, false};
    co_return co_await share_verdict(keys.verdict, std::move(credential.tokens), options);
}

/// The verdict of this scope: found already, being found by another call of it, or found here for all of them.
ports::Task<Verdict> SessionService::share_verdict(ScopeKey key, Tokens tokens, ValidateOptions options) {
    Patience patience = patience_with(options.ahead);
    FirstRead first = first_read(options.ahead, tokens);
    for (;;) {
        const ScopeQuestion question{key, changes_of(tokens), options.renew};
        ScopeMemo::Found found = commons_.memo.ask(question);
        if (found.verdict) {
            metrics_.memo.add(ports::Lookup::hit);
            co_return *found.verdict;
        }
        metrics_.memo.add(found.leads ? ports::Lookup::miss : ports::Lookup::joined);
        if (found.leads) {
            ScopeMemo::Lead lead(commons_.memo, key, std::move(found.flight));
            // One from before a change would be remembered as if it were from after it.
            if (first.changes != question.changes) first = no_read();
            auto kept = first.read ? std::nullopt : kept_allow(tokens);
            if (kept) {
                lead.land(std::make_shared<const Verdict>(*kept));
                co_return *std::move(kept);
            }
            Verdict verdict = co_await validate_stored(std::move(tokens), options.renew, patience, std::move(first));
            lead.land(std::make_shared<const Verdict>(verdict));
            co_return verdict;
        }
        const auto verdict = co_await found.flight->wait(waits_, patience.written_by());
        patience.has_waited();
        if (verdict && !is_time_out(*verdict)) co_return *verdict;
        if (patience.is_over()) co_return core::Unavailable{core::Errc::store_timeout};
    }
}

/// Grows when one of them grows, so the sum is as good as all of them.
std::uint64_t SessionService::changes_of(const Tokens& tokens) const noexcept {
    std::uint64_t sum = 0;
    for (const core::Token& token : tokens) sum += commons_.changes.of(token.id.bucket());
    return sum;
}

bool SessionService::set_in_scope(const Credential& credential, std::string_view scope,
                                  std::optional<core::Token> token) {
    if (credential.tokens.empty() && !core::is_random_scope(scope)) return false;
    const ScopeKeys keys = commons_.scope_keys.keys_of(scope, credential.tokens);
    commons_.overrides.put(keys.override, {token});
    return true;
}

}  // namespace sessgate::service
