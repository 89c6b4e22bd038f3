#include "http/credentials.hpp"
#include "http/endpoint.hpp"
#include "http/proxy/answer.hpp"
#include "http/scope.hpp"

namespace sessgate::http::endpoints {
namespace {

using proxy::Question;

/// Fetch, 4.8: what a browser asks before it lets a page of another site send something unusual.
bool is_preflight(const Exchange& exchange, const Question& question) noexcept {
    return question.told.method == "OPTIONS" && !exchange.request.origin.empty() &&
           !question.fields.preflight_method.empty();
}

/// What is asked, all but the credential.
Question question_of(const Exchange& exchange, const proxy::Route& route) {
    Question question;
    question.fields = proxy::read_fields(exchange.request.head);
    if (exchange.peer_is_trusted) question.told = route.contract->read(exchange.request, question.fields);
    return question;
}

core::OriginalRequest original_of(const Exchange& exchange, const proxy::Told& told, std::string& own_origin) {
    const Request& request = exchange.request;
    if (!told.scheme.empty() && !told.host.empty()) own_origin.append(told.scheme).append("://").append(told.host);
    return {told.method, request.sec_fetch_site, request.origin, own_origin};
}

bool is_from_trusted_origin(const Exchange& exchange, const Question& question) {
    std::string own_origin;
    const core::OriginalRequest original = original_of(exchange, question.told, own_origin);
    return core::is_trusted_origin(original, exchange.context.config.origin);
}

/// Without heed to what `/set-session` decided in this scope: a proxy asks about what the browser sent.
service::ValidateOptions options_of(const Exchange& exchange) noexcept {
    return {true, scope_of(exchange.request), false, exchange.ahead};
}

ports::Task<core::Verdict> verdict_on(Exchange& exchange, const Question& question) {
    if (!is_from_trusted_origin(exchange, question)) co_return core::Deny{core::Reason::untrusted_origin, false};
    const service::ValidateOptions options = options_of(exchange);
    co_return co_await exchange.context.sessions.validate(question.credential, options);
}

/// The value of the only cookie that could be a token; empty also where the proxy has joined lines.
std::string_view lone_value(const Exchange& exchange, const proxy::Route& route) noexcept {
    if (exchange.lone_cookie.empty()) return {};
    return is_joined(exchange.request.cookies.front(), route.contract->cookie_joint) ? std::string_view{}
                                                                                     : exchange.lone_cookie;
}

/// Whether nothing but the session decides.
bool is_plain(const Exchange& exchange, const Question& question) {
    return !question.fields.is_malformed && !is_preflight(exchange, question) &&
           is_from_trusted_origin(exchange, question);
}

void write(Exchange& exchange, const proxy::Route& route, const Question& question, const core::Verdict& verdict) {
    const auto write = route.is_optional ? &proxy::write_optional : route.contract->write;
    write(exchange, question, verdict);
}

/// From what was read ahead.
bool answer_after_read(Exchange& exchange, const proxy::Route& route) {
    const auto verdict = exchange.context.sessions.verdict_after(*exchange.ahead, options_of(exchange));
    if (verdict) write(exchange, route, question_of(exchange, route), *verdict);
    return verdict.has_value();
}

}  // namespace

/// One decision for every proxy. The query decides nothing: some proxies pass the client's.
ports::Task<void> authz(Exchange& exchange, proxy::Route route) {
    const HttpConfig& config = exchange.context.config;
    Question question = question_of(exchange, route);
    if (question.fields.is_malformed) co_return proxy::write_malformed(exchange);
    if (config.authz.allows_preflight && is_preflight(exchange, question)) co_return proxy::write_preflight(exchange);
    question.credential = credential_of(exchange.request, config, route.contract->cookie_joint);
    const core::Verdict verdict = co_await verdict_on(exchange, question);
    write(exchange, route, question, verdict);
}

bool authz_at_once(Exchange& exchange, proxy::Route route) {
    if (exchange.ahead) return answer_after_read(exchange, route);
    const std::string_view value = lone_value(exchange, route);
    const auto* const kept = exchange.context.sessions.kept(value, options_of(exchange), exchange.begun);
    if (!kept) return false;
    const Question question = question_of(exchange, route);
    if (!is_plain(exchange, question)) return false;
    exchange.context.metrics.near_cache.add(ports::NearLookup::hit);
    // Without its secret, which only a Set-Cookie would need.
    const core::Token presented{kept->id, {}};
    write(exchange, route, question,
          core::Allow{kept->session, core::SessionState::active, false, presented, std::nullopt, false});
    return true;
}

bool begin_authz_read(Exchange& exchange, proxy::Route route, boost::intrusive_ptr<service::ReadWatcher> watcher) {
    const auto token = exchange.context.config.tokens.read(lone_value(exchange, route));
    if (!token || !is_plain(exchange, question_of(exchange, route))) return false;
    return exchange.context.sessions.read_ahead(*token, options_of(exchange), std::move(watcher));
}

}  // namespace sessgate::http::endpoints
