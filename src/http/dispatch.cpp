#include "http/dispatch.hpp"

#include "http/endpoint.hpp"
#include "http/peer.hpp"
#include "http/problem.hpp"
#include "http/refused_caller.hpp"

namespace sessgate::http {
namespace {

/// Writes the problem when not. `endpoint`: of the control port.
bool may_call(Exchange& exchange, const Endpoint& endpoint) {
    const HttpConfig& config = exchange.context.config;
    if (!endpoint.needs_token) return true;
    const bool wants_certificate = config.control_tls && config.control_tls->asks_for_certificate();
    if (wants_certificate && !exchange.peer_has_certificate) {
        exchange.response.add_field("WWW-Authenticate", "Bearer");
        write_problem(exchange.response, 401, "certificate_required",
                      "Show a certificate of an authority in control.tls_client_ca_file.");
        return false;
    }
    if (config.control_token_hashes.empty() || is_control_token(exchange.request, config)) return true;
    exchange.response.add_field("WWW-Authenticate", "Bearer");
    write_problem(exchange.response, 401, "token_required",
                  "Send one of control.token_file's tokens as Authorization: Bearer.");
    return false;
}

/// The contract that the path names, which from then on is the exchange's endpoint.
std::optional<proxy::Route> take_route(Exchange& exchange) {
    const auto route = proxy::find_route(exchange.request.path);
    if (!route) return route;
    exchange.endpoint = route->is_optional ? route->contract->optional_path : route->contract->path;
    exchange.response.row = row_of(*route);
    return route;
}

bool is_for_proxies(const Request& request) noexcept {
    return request.path.starts_with("/authz/");
}

bool may_be_answered_at_once(const Exchange& exchange, Port port) {
    return port == Port::data && is_known_caller(exchange.request, exchange.context.config);
}

/// The endpoint that may answer at once, which from then on is the exchange's; null: there is none.
const Endpoint* take_endpoint(Exchange& exchange) {
    const Endpoint* const endpoint = endpoint_at_once(exchange.request);
    if (endpoint != nullptr) {
        exchange.endpoint = endpoint->path;
        exchange.response.row = row_of(*endpoint);
    }
    return endpoint;
}

}  // namespace

bool dispatch_at_once(Exchange& exchange, Port port) {
    if (!may_be_answered_at_once(exchange, port)) return false;
    if (is_for_proxies(exchange.request)) {
        const auto route = take_route(exchange);
        return route && endpoints::authz_at_once(exchange, *route);
    }
    const Endpoint* const endpoint = take_endpoint(exchange);
    return endpoint != nullptr && endpoint->at_once(exchange);
}

bool begin_read(Exchange& exchange, Port port, boost::intrusive_ptr<service::ReadWatcher> watcher) {
    if (!may_be_answered_at_once(exchange, port)) return false;
    if (is_for_proxies(exchange.request)) {
        const auto route = take_route(exchange);
        return route && endpoints::begin_authz_read(exchange, *route, std::move(watcher));
    }
    const Endpoint* const endpoint = take_endpoint(exchange);
    return endpoint != nullptr && endpoint->begin_read(exchange, std::move(watcher));
}

ports::Task<void> dispatch(Exchange& exchange, Port port) {
    const Request& request = exchange.request;
    if (port == Port::data && !is_known_caller(request, exchange.context.config))
        co_return write_token_needed(exchange);
    if (port == Port::data && is_for_proxies(request)) {
        if (const auto route = take_route(exchange)) co_return co_await endpoints::authz(exchange, *route);
    }
    if (request.verb == Verb::unknown || request.verb == Verb::connect) {
        co_return write_problem(exchange.response, 501, "method_unknown", "This method is not known here.");
    }
    if (request.target == "*") {
        exchange.response.status = 204;
        co_return;
    }
    const Found found = find_endpoint(endpoints_of(port), request.verb, request.path);
    if (found.endpoint && port == Port::control && !may_call(exchange, *found.endpoint)) co_return;
    if (found.endpoint) {
        exchange.endpoint = found.endpoint->path;
        exchange.response.row = row_of(*found.endpoint);
        exchange.parameter = found.parameter;
        co_await found.endpoint->handler(exchange);
    } else if (found.allowed.empty()) {
        write_problem(exchange.response, 404, "not_found", "This path is not known on this port.");
    } else {
        exchange.response.add_field("Allow", found.allowed);
        write_problem(exchange.response, 405, "method_not_allowed", "This path does not have this method.");
    }
}

}  // namespace sessgate::http
