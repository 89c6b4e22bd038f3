#include "http/refused_caller.hpp"

#include "http/problem.hpp"
#include "http/proxy/answer.hpp"
#include "http/proxy/contract.hpp"

namespace sessgate::http {
namespace {

bool write_for_proxy(Exchange& exchange, std::string_view reason) {
    const std::string_view path = exchange.request.path;
    const auto route = path.starts_with("/authz/") ? proxy::find_route(path) : std::nullopt;
    if (route) proxy::write_refused_caller(exchange, reason, route->is_optional);
    return route.has_value();
}

}  // namespace

void write_too_fast(Exchange& exchange) {
    constexpr std::string_view code = "too_many_requests";
    if (write_for_proxy(exchange, code)) return;
    exchange.response.add_field("Retry-After", "1");
    write_problem(exchange.response, 429, code, "This address asks more often than http.rate_max.");
}

void write_token_needed(Exchange& exchange) {
    constexpr std::string_view code = "caller_token_required";
    if (write_for_proxy(exchange, code)) return;
    exchange.response.add_field("WWW-Authenticate", "Sessgate-Token");
    write_problem(exchange.response, 401, code, "Send one of http.token_file's tokens as X-Sessgate-Token.");
}

}  // namespace sessgate::http
