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

bool answer_at_once(Exchange& exchange, WithUser with_user) {
    const Request& request = exchange.request;
    if (!request.query.empty()) return false;
    const std::string_view token = lone_cookie_of(request, exchange.context.config.cookies);
    const service::ValidateOptions options{true, scope_of(request), true};
    service::KeptSession* const kept = exchange.context.sessions.kept(token, options, exchange.begun);
    return kept && is_from_trusted_origin(exchange) && write_kept(exchange, *kept, with_user);
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
    const service::ValidateOptions options{*renew, scope_of(exchange.request), true};
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

}  // namespace sessgate::http::endpoints
