#include "sessgate/http/server.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>

#include "http/endpoint.hpp"
#include "http/shared.hpp"

namespace sessgate::http {

namespace asio = boost::asio;

namespace {

constexpr core::Milliseconds linger_time = std::chrono::seconds(1);

Deadlines::Lengths lengths_of(const HttpConfig& config) {
    return {config.idle_timeout, config.head_timeout, config.body_timeout, config.write_timeout, linger_time};
}

ReaderConfig reader_config_of(const HttpConfig& config) {
    return {config.head_limit_bytes, config.body_limit_bytes, config.scope_header};
}

std::string keep_alive_of(const HttpConfig& config) {
    const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(config.idle_timeout);
    return "timeout=" + std::to_string(seconds.count());
}

/// One of the places that the data port has. A connection that is turned away takes none from those that are served.
class Place {
public:
    Place(std::atomic<std::size_t>& served, std::size_t places) noexcept
        : served_(served), taken_(served.fetch_add(1) < places) {
        if (!taken_) --served_;
    }
    ~Place() {
        if (taken_) --served_;
    }
    Place(const Place&) = delete;
    Place& operator=(const Place&) = delete;

    bool is_taken() const noexcept { return taken_; }

private:
    std::atomic<std::size_t>& served_;
    bool taken_;
};

/// A connection from `serve` until it is closed. Keeps `shared` alive, since a connection may outlive its server by as
/// long as the event loop takes to be destroyed.
class Counted {
public:
    explicit Counted(std::shared_ptr<Server::Shared> shared) noexcept : shared_(std::move(shared)) {
        ++shared_->connection_count;
    }
    Counted(Counted&&) noexcept = default;
    Counted& operator=(Counted&&) = delete;
    Counted(const Counted&) = delete;
    ~Counted() {
        if (shared_ && --shared_->connection_count == 0) shared_->when_empty();
    }

    Server::Shared& shared() const noexcept { return *shared_; }

private:
    std::shared_ptr<Server::Shared> shared_;
};

ports::Task<void> serve_if_there_is_a_place(Connection& connection, Port port, Server::Shared& shared) {
    if (port == Port::control) co_return co_await connection.run();
    const Place place(shared.state.served, shared.config().connections_max);
    if (place.is_taken()) {
        co_await connection.run();
    } else {
        co_await connection.turn_away();
    }
}

/// The root of a connection's coroutines: the one place that catches for them.
ports::Task<void> serve_connection(Socket socket, Port port, Counted counted) {
    Server::Shared& shared = counted.shared();
    try {
        Connection connection(std::move(socket), port, shared);
        co_await serve_if_there_is_a_place(connection, port, shared);
    } catch (const std::exception& exception) {
        shared.log.write(ports::Level::error, "connection_failed", {{"error", std::string_view(exception.what())}});
    }
}

}  // namespace

Server::Shared::Shared(const Parts& parts)
    : clock(parts.clock),
      log(parts.log),
      context(parts.context),
      reader_config(reader_config_of(parts.config)),
      state(parts.state),
      endpoint_context(new EndpointContext(parts.sessions, parts.store_log, parts.state, parts.metrics, parts.config)),
      metrics(parts.metrics),
      turn(parts.context, parts.clock),
      answers({parts.metrics, parts.clock, parts.log, parts.config.access_log_every}),
      answer_start(keep_alive_of(parts.config)),
      deadlines(parts.context, lengths_of(parts.config)),
      turns(std::make_shared<Turns>(parts.context)) {}

ServerState::ServerState(std::size_t shards, std::string_view kind) : store_kind(kind) {
    while (metrics.size() < shards) metrics.emplace_back(endpoint_names());
}

Server::Server(const Parts& parts) : shared_(std::make_shared<Shared>(parts)) {}

Server::~Server() {
    // Connections that still wait end with the event loop, after whoever wanted to be called.
    shared_->when_empty = [] {};
    shared_->turns->drop();
}

void Server::serve(Socket socket, Port port) {
    boost::system::error_code not_tcp;
    socket.set_option(asio::ip::tcp::no_delay(true), not_tcp);
    auto begin = [socket = std::move(socket), port, counted = Counted(shared_)]() mutable {
        const auto executor = counted.shared().context.get_executor();
        asio::co_spawn(executor, serve_connection(std::move(socket), port, std::move(counted)), asio::detached);
    };
    asio::post(shared_->context, std::move(begin));
}

void Server::change(const HttpConfig& config) {
    const EndpointContext& old = *shared_->endpoint_context;
    const bool trusts_others = old.config.trusted_proxies != config.trusted_proxies;
    shared_->endpoint_context = new EndpointContext(old.sessions, old.store_log, old.state, old.metrics, config);
    if (!trusts_others) return;
    for (Connection& connection : shared_->connections) connection.judge_peer();
}

void Server::finish() {
    for (Connection& connection : shared_->connections) connection.finish();
}

boost::asio::io_context& Server::context() const noexcept {
    return shared_->context;
}

std::size_t Server::connections() const noexcept {
    return shared_->connection_count;
}

void Server::when_empty(std::function<void()> call) {
    shared_->when_empty = std::move(call);
}

}  // namespace sessgate::http
