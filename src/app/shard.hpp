#pragma once

#include "sessgate/app/run.hpp"
#include "sessgate/http/server.hpp"
#include "sessgate/service/measured_store.hpp"

namespace sessgate::app {

/// What all shards work with. Outlives their event loops.
struct ShardParts {
    const Config& config;
    const http::HttpConfig& http_config;
    const Surroundings& surroundings;
    service::Commons& commons;
    service::StoreLog& store_log;
    http::ServerState& state;
};

/// One thread's worth of sessgate: server, store and service on an event loop. The members are in the order in which
/// they need each other. The loop outlives the shard: it is destroyed last, with whatever still waits on it.
class Shard {
public:
    /// `metrics`: this shard's of `parts.state`.
    Shard(boost::asio::io_context& context, const ShardParts& parts, StoreHandle& store, ports::Metrics& metrics);

    boost::asio::io_context& context() noexcept { return context_; }
    http::Server& server() noexcept { return server_; }
    const http::Server& server() const noexcept { return server_; }

    /// Runs the loop until it is stopped. What escapes from a handler is logged, and the loop goes on.
    void run() noexcept;

private:
    boost::asio::io_context& context_;
    ports::Log& log_;
    service::MeasuredStore store_;
    service::SessionService sessions_;
    http::Server server_;
};

/// The settings in the form of the layers below.
http::HttpConfig http_config_of(const Config& config);
service::ServiceConfig service_config_of(const Config& config);

}  // namespace sessgate::app
