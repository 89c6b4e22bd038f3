#pragma once

#include <span>
#include <string>

#include "http/exchange.hpp"
#include "http/proxy/contract.hpp"
#include "sessgate/ports/async.hpp"

namespace sessgate::http {

using Verb = boost::beast::http::verb;
using Handler = ports::Task<void> (*)(Exchange&);

/// Answers what can be answered from memory, or from what was read ahead. False: nothing was written, and the handler
/// has to be asked.
using AtOnce = bool (*)(Exchange&);

/// Reads ahead what the answer most likely needs. False: nothing was begun.
using BeginRead = bool (*)(Exchange&, boost::intrusive_ptr<service::ReadWatcher>);

/// One row of a port's table. A GET answers HEAD as well.
struct Endpoint {
    Verb verb;
    std::string_view path;  ///< one segment may be a parameter: `/users/{userId}/sessions`
    Handler handler;
    bool needs_token = true;  ///< on a control port that has tokens
    AtOnce at_once = nullptr;
    BeginRead begin_read = nullptr;
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

/// The row of the data port that may answer from memory; null when there is none for this request.
const Endpoint* endpoint_at_once(const Request& request) noexcept;

/// What logs and metrics call an endpoint, and what `endpoint_names` calls it: its method and path. A proxy's have
/// none.
ports::EndpointRow row_of(const Endpoint& endpoint) noexcept;
ports::EndpointRow row_of(const proxy::Route& route) noexcept;
std::span<const std::string_view> endpoint_names();

namespace endpoints {

ports::Task<void> session(Exchange& exchange);
ports::Task<void> session_user(Exchange& exchange);
bool session_at_once(Exchange& exchange);
bool session_user_at_once(Exchange& exchange);
bool begin_session_read(Exchange& exchange, boost::intrusive_ptr<service::ReadWatcher> watcher);
ports::Task<void> set_session(Exchange& exchange);
ports::Task<void> authz(Exchange& exchange, proxy::Route route);
bool authz_at_once(Exchange& exchange, proxy::Route route);
bool begin_authz_read(Exchange& exchange, proxy::Route route, boost::intrusive_ptr<service::ReadWatcher> watcher);

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
ports::Task<void> reload(Exchange& exchange);
ports::Task<void> livez(Exchange& exchange);
ports::Task<void> readyz(Exchange& exchange);
ports::Task<void> metrics(Exchange& exchange);
ports::Task<void> show_status(Exchange& exchange);
ports::Task<void> show_status_style(Exchange& exchange);
ports::Task<void> show_status_script(Exchange& exchange);
ports::Task<void> openapi(Exchange& exchange);

}  // namespace endpoints
}  // namespace sessgate::http
