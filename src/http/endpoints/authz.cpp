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

core::OriginalRequest original_of(const Exchange& exchange, const proxy::Told& told, std::string& own_origin) {
    const Request& request = exchange.request;
    if (!told.scheme.empty() && !told.host.empty()) own_origin.append(told.scheme).append("://").append(told.host);
    return {told.method, request.sec_fetch_site, request.origin, own_origin};
}

ports::Task<core::Verdict> verdict_on(Exchange& exchange, const Question& question) {
    std::string own_origin;
    const core::OriginalRequest original = original_of(exchange, question.told, own_origin);
    if (!core::is_trusted_origin(original, exchange.context.config.origin)) {
        co_return core::Deny{core::Reason::untrusted_origin, false};
    }
    // Without heed to what `/set-session` decided in this scope: a proxy asks about what the browser sent.
    const service::ValidateOptions options{true, scope_of(exchange.request)};
    co_return co_await exchange.context.sessions.validate(question.credential, options);
}

}  // namespace

/// One decision for every proxy. The query decides nothing: some proxies pass the client's.
ports::Task<void> authz(Exchange& exchange, proxy::Route route) {
    const HttpConfig& config = exchange.context.config;
    Question question;
    question.fields = proxy::read_fields(exchange.request.head);
    if (question.fields.is_malformed) co_return proxy::write_malformed(exchange);
    if (exchange.peer_is_trusted) question.told = route.contract->read(exchange.request, question.fields);
    if (config.authz.allows_preflight && is_preflight(exchange, question)) co_return proxy::write_preflight(exchange);

    question.credential = credential_of(exchange.request, config, route.contract->cookie_joint);
    const core::Verdict verdict = co_await verdict_on(exchange, question);
    const auto write = route.is_optional ? &proxy::write_optional : route.contract->write;
    write(exchange, question, verdict);
}

}  // namespace sessgate::http::endpoints
