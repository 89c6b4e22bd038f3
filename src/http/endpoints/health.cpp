#include "http/endpoint.hpp"
#include "http/problem.hpp"

namespace sessgate::http {

/// openapi.yaml as it was when this was built (cmake/Layers.cmake).
extern const std::string_view openapi_document;

namespace {

std::string_view to_text(service::NearCacheState state) noexcept {
    switch (state) {
        case service::NearCacheState::on:
            return "on";
        case service::NearCacheState::paused:
            return "paused";
        case service::NearCacheState::off:
            break;
    }
    return "off";
}

}  // namespace

namespace endpoints {

ports::Task<void> livez(Exchange& exchange) {
    exchange.response.body += R"({"status":"alive"})";
    co_return;
}

/// A near-cache that is paused makes the store work more and no answer wrong, so it is told and is no reason to be
/// taken out of service.
ports::Task<void> readyz(Exchange& exchange) {
    if (!exchange.context.state.is_ready) {
        exchange.response.add_field("Retry-After", "1");
        co_return write_problem(exchange.response, 503, "stopping", "This sidecar is about to stop.");
    }
    const auto checked = co_await exchange.context.sessions.check();
    if (!checked) co_return write_unavailable(exchange, checked.error());
    exchange.response.body += R"({"status":"ready","nearCache":")";
    exchange.response.body += to_text(exchange.context.sessions.near_cache_state());
    exchange.response.body += R"("})";
}

ports::Task<void> openapi(Exchange& exchange) {
    exchange.response.content_type = "application/yaml";
    exchange.response.body += openapi_document;
    co_return;
}

}  // namespace endpoints
}  // namespace sessgate::http
