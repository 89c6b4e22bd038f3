#include "http/endpoint.hpp"
#include "http/exposition.hpp"

namespace sessgate::http::endpoints {

/// Asks the store first, as `/readyz` does, but answers whatever it says.
ports::Task<void> metrics(Exchange& exchange) {
    const auto checked = co_await exchange.context.sessions.check();
    exchange.response.content_type = exposition_type;
    exchange.response.body = exposition(exchange.context.state, checked.has_value());
}

}  // namespace sessgate::http::endpoints
