#pragma once

#include "sessgate/app/run.hpp"
#include "sessgate/http/server.hpp"

namespace sessgate::app {

/// One thread's worth of sessgate: server, store and service on an event loop. The members are in the order in which
/// they need each other. The loop outlives the shard: it is destroyed last, with whatever still waits on it.
class Shard {
public:
    Shard(boost::asio::io_context& context, const Config& config, const http::HttpConfig& http_config,
          const Surroundings& surroundings, StoreHandle& store);

    boost::asio::io_context& context() noexcept { return context_; }
    http::Server& server() noexcept { return server_; }

private:
    boost::asio::io_context& context_;
    std::unique_ptr<ports::SessionStore> store_;
    service::StoreLog store_log_;
    service::SessionService sessions_;
    http::Server server_;
};

/// The settings in the form of the layers below.
http::HttpConfig http_config_of(const Config& config);
service::ServiceConfig service_config_of(const Config& config);

}  // namespace sessgate::app
