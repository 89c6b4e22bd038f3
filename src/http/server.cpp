#include "sessgate/http/server.hpp"

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

/// Nothing but memory can be missing here; what fails later is the connection's own concern.
void begin_serving(Socket socket, Port port, Served served) noexcept {
    ports::Log& log = served.shared().log;
    try {
        boost::intrusive_ptr<Connection>(new Connection(std::move(socket), port, std::move(served)))->start();
    } catch (const std::exception& exception) {
        log.write(ports::Level::error, "connection_failed", {{"error", std::string_view(exception.what())}});
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
      turns(std::make_shared<Turns>(parts.context, parts.clock)),
      arrivals(parts.context) {}

ServerState::ServerState(std::size_t shards, std::string_view kind) : store_kind(kind) {
    while (metrics.size() < shards) metrics.emplace_back(endpoint_names());
}

Server::Server(const Parts& parts) : shared_(std::make_shared<Shared>(parts)) {}

Server::~Server() {
    shared_->when_empty = [] {};
    shared_->turns->drop();
    for (auto next = shared_->connections.begin(); next != shared_->connections.end();) (next++)->let_go();
}

void Server::serve(Socket socket, Port port) {
    socket.send_at_once();
    auto begin = [socket = std::move(socket), port, served = Served(shared_)]() mutable {
        begin_serving(std::move(socket), port, std::move(served));
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
    for (auto next = shared_->connections.begin(); next != shared_->connections.end();) (next++)->finish();
}

std::size_t Server::connections() const noexcept {
    return shared_->connection_count;
}

void Server::when_empty(std::function<void()> call) {
    shared_->when_empty = std::move(call);
}

}  // namespace sessgate::http
