#include "http/credentials.hpp"
#include "http/endpoint.hpp"
#include "http/original_request.hpp"
#include "http/problem.hpp"
#include "http/query.hpp"
#include "http/scope.hpp"
#include "http/session_answer.hpp"

namespace sessgate::http::endpoints {
namespace {

bool is_from_trusted_origin(const Exchange& exchange) {
    std::string own_origin;
    const core::OriginalRequest original = original_request(exchange, own_origin);
    return core::is_trusted_origin(original, exchange.context.config.origin);
}

service::ValidateOptions options_of(const Exchange& exchange, bool renew) noexcept {
    return {renew, scope_of(exchange.request), true, exchange.ahead};
}

/// Where nothing but one cookie of ours decides: its value; else empty.
std::string_view plain_question(const Exchange& exchange) {
    const bool is_plain = exchange.request.query.empty() && is_from_trusted_origin(exchange);
    return is_plain ? exchange.lone_cookie : std::string_view{};
}

/// From what was read ahead.
bool answer_after_read(Exchange& exchange, WithUser with_user) {
    const auto verdict = exchange.context.sessions.verdict_after(*exchange.ahead, options_of(exchange, true));
    if (verdict) write_verdict(exchange, service::Credential{}, *verdict, with_user);
    return verdict.has_value();
}

bool answer_at_once(Exchange& exchange, WithUser with_user) {
    if (exchange.ahead) return answer_after_read(exchange, with_user);
    const std::string_view value = plain_question(exchange);
    if (value.empty()) return false;
    service::SessionService& sessions = exchange.context.sessions;
    const service::ValidateOptions options = options_of(exchange, true);
    if (auto* const kept = sessions.kept(value, options, exchange.begun)) return write_kept(exchange, *kept, with_user);
    if (options.scope.empty()) return false;
    const auto token = exchange.context.config.tokens.read(value);
    const auto verdict = token ? sessions.remembered(*token, options) : nullptr;
    if (verdict) write_verdict(exchange, service::Credential{}, *verdict, with_user);
    return verdict != nullptr;
}

ports::Task<void> answer(Exchange& exchange, WithUser with_user) {
    const auto renew = flag_in(exchange.request.query, "renew", true);
    if (!renew) {
        co_return write_problem(exchange.response, 400, "query_invalid", "renew is true or false.");
    }
    const service::Credential credential = credential_of(exchange.request, exchange.context.config);
    if (!is_from_trusted_origin(exchange)) {
        const core::Verdict untrusted = core::Deny{core::Reason::untrusted_origin, false};
        co_return write_verdict(exchange, credential, untrusted, with_user);
    }
    const service::ValidateOptions options = options_of(exchange, *renew);
    const core::Verdict verdict = co_await exchange.context.sessions.validate(credential, options);
    write_verdict(exchange, credential, verdict, with_user);
}

}  // namespace

ports::Task<void> session(Exchange& exchange) {
    return answer(exchange, WithUser::no);
}

ports::Task<void> session_user(Exchange& exchange) {
    return answer(exchange, WithUser::yes);
}

bool session_at_once(Exchange& exchange) {
    return answer_at_once(exchange, WithUser::no);
}

bool session_user_at_once(Exchange& exchange) {
    return answer_at_once(exchange, WithUser::yes);
}

bool begin_session_read(Exchange& exchange, boost::intrusive_ptr<service::ReadWatcher> watcher) {
    const auto token = exchange.context.config.tokens.read(plain_question(exchange));
    return token && exchange.context.sessions.read_ahead(*token, options_of(exchange, true), std::move(watcher));
}

}  // namespace sessgate::http::endpoints
