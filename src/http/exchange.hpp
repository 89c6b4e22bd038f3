#pragma once

#include <boost/smart_ptr/intrusive_ptr.hpp>
#include <boost/smart_ptr/intrusive_ref_counter.hpp>

#include "http/request.hpp"
#include "http/response.hpp"
#include "sessgate/http/http_config.hpp"
#include "sessgate/http/server_state.hpp"
#include "sessgate/service/session_service.hpp"

namespace sessgate::http {

/// What the endpoints of one shard work with, on its thread. A reload puts another in its place, and each request keeps
/// the one that it began with.
struct EndpointContext : boost::intrusive_ref_counter<EndpointContext, boost::thread_unsafe_counter> {
    EndpointContext(service::SessionService& shard_sessions, service::StoreLog& common_log, ServerState& common_state,
                    ports::Metrics& shard_metrics, HttpConfig settings)
        : sessions(shard_sessions),
          store_log(common_log),
          state(common_state),
          metrics(shard_metrics),
          config(std::move(settings)) {}

    service::SessionService& sessions;
    service::StoreLog& store_log;
    ServerState& state;
    ports::Metrics& metrics;  ///< of this shard
    const HttpConfig config;
};

/// One request on its way to its answer. Lives until the answer has been appended, across every `co_await`.
struct Exchange {
    const Request& request;
    std::string_view lone_cookie;  ///< of the request, as `lone_cookie_of`
    Response& response;
    EndpointContext& context;
    core::WallTime begun;                       ///< when the request was there, and had no answer yet
    bool peer_is_trusted = false;               ///< the caller's forwarded fields are believed
    bool peer_has_certificate = false;          ///< one of an authority that this port was told of
    const service::ReadAhead* ahead = nullptr;  ///< what was read for it; null: nothing
    std::string_view endpoint{};  ///< the path of the endpoint's row, which a log may show: it holds no id and no token
    std::string_view parameter{};  ///< what stands in the path where the endpoint's row has `{…}`; percent-encoded
};

}  // namespace sessgate::http
