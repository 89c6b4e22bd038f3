#include "http/credentials.hpp"
#include "http/endpoint.hpp"
#include "http/original_request.hpp"
#include "http/problem.hpp"
#include "http/query.hpp"
#include "http/scope.hpp"
#include "http/session_answer.hpp"

namespace sessgate::http::endpoints {
namespace {

ports::Task<void> answer(Exchange& exchange, WithUser with_user) {
    const auto renew = flag_in(exchange.request.query, "renew", true);
    if (!renew) {
        co_return write_problem(exchange.response, 400, "query_invalid", "renew is true or false.");
    }
    const HttpConfig& config = exchange.context.config;
    const service::Credential credential = credential_of(exchange.request, config);
    std::string own_origin;
    const core::OriginalRequest original = original_request(exchange, own_origin);
    if (!core::is_trusted_origin(original, config.origin)) {
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

}  // namespace sessgate::http::endpoints
