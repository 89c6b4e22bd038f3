#pragma once

#include <atomic>

#include "http/request.hpp"
#include "http/response.hpp"
#include "sessgate/http/http_config.hpp"
#include "sessgate/service/session_service.hpp"

namespace sessgate::http {

/// What the endpoints of one shard work with.
struct EndpointContext {
    service::SessionService& sessions;
    service::StoreLog& store_log;
    const HttpConfig& config;
    const std::atomic<bool>& is_ready;  ///< false from the moment a stop was asked for
};

/// One request on its way to its answer. Lives until the answer has been appended, across every `co_await`.
struct Exchange {
    const Request& request;
    Response& response;
    EndpointContext& context;
    core::WallTime begun;          ///< when the request was taken off the input
    bool peer_is_trusted = false;  ///< the caller's forwarded fields are believed
    std::string_view endpoint{};  ///< the path of the endpoint's row, which a log may show: it holds no id and no token
    std::string_view parameter{};  ///< what stands in the path where the endpoint's row has `{…}`; percent-encoded
};

}  // namespace sessgate::http
