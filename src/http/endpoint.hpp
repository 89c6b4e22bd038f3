#pragma once

#include <span>
#include <string>

#include "http/exchange.hpp"
#include "http/proxy/contract.hpp"
#include "sessgate/ports/async.hpp"

namespace sessgate::http {

using Verb = boost::beast::http::verb;
using Handler = ports::Task<void> (*)(Exchange&);

/// One row of a port's table. A GET answers HEAD as well.
struct Endpoint {
    Verb verb;
    std::string_view path;  ///< one segment may be a parameter: `/users/{userId}/sessions`
    Handler handler;
    bool needs_token = true;  ///< on a control port that has tokens
};

/// The tables: every path that the program answers stands in one of these, or in the table of proxy contracts, whose
/// endpoints take every method.
std::span<const Endpoint> endpoints_of(Port port) noexcept;

/// The row for a method and path; or none, and then the methods that the path has (empty: the path is not known).
struct Found {
    const Endpoint* endpoint = nullptr;
    std::string_view parameter;
    std::string allowed;  ///< value of the Allow field
};

Found find_endpoint(std::span<const Endpoint> table, Verb verb, std::string_view path);

namespace endpoints {

ports::Task<void> session(Exchange& exchange);
ports::Task<void> session_user(Exchange& exchange);
ports::Task<void> set_session(Exchange& exchange);
ports::Task<void> authz(Exchange& exchange, proxy::Route route);

ports::Task<void> create_session(Exchange& exchange);
ports::Task<void> show_session(Exchange& exchange);
ports::Task<void> patch_session(Exchange& exchange);
ports::Task<void> revoke_session(Exchange& exchange);
ports::Task<void> revoke_everything(Exchange& exchange);
ports::Task<void> rotate_session(Exchange& exchange);

ports::Task<void> list_sessions(Exchange& exchange);
ports::Task<void> revoke_sessions(Exchange& exchange);
ports::Task<void> put_user(Exchange& exchange);
ports::Task<void> show_user(Exchange& exchange);
ports::Task<void> remove_user(Exchange& exchange);

ports::Task<void> explain_token(Exchange& exchange);
ports::Task<void> livez(Exchange& exchange);
ports::Task<void> readyz(Exchange& exchange);
ports::Task<void> openapi(Exchange& exchange);

}  // namespace endpoints
}  // namespace sessgate::http
