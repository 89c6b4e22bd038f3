#include "sessgate/http/server.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/ip/tcp.hpp>

#include "http/shared.hpp"

namespace sessgate::http {

namespace asio = boost::asio;

namespace {

constexpr core::Milliseconds linger_time = std::chrono::seconds(1);

Deadlines::Lengths lengths_of(const HttpConfig& config) {
    return {config.idle_timeout, config.head_timeout, config.body_timeout, config.write_timeout, linger_time};
}

ReaderConfig reader_config_of(const HttpConfig& config) {
    return {config.head_limit_bytes, config.body_limit_bytes};
}

std::string keep_alive_of(const HttpConfig& config) {
    const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(config.idle_timeout);
    return "timeout=" + std::to_string(seconds.count());
}

/// A served connection, as long as it is counted. One that is turned away takes no place from those that are served.
class Place {
public:
    explicit Place(std::size_t& count) noexcept : count_(count) { ++count_; }
    ~Place() { --count_; }
    Place(const Place&) = delete;
    Place& operator=(const Place&) = delete;

private:
    std::size_t& count_;
};

/// The root of a connection's coroutines: the one place that catches for them. Keeps `shared` alive, since a connection
/// may outlive its server by as long as the event loop takes to be destroyed.
ports::Task<void> serve_connection(Socket socket, Port port, std::shared_ptr<Server::Shared> shared) {
    std::size_t& served = port == Port::data ? shared->data_count : shared->control_count;
    const bool too_many = port == Port::data && served >= shared->config.connections_max;
    try {
        Connection connection(std::move(socket), port, *shared);
        if (too_many) {
            co_await connection.turn_away();
        } else {
            const Place place(served);
            co_await connection.run();
        }
    } catch (const std::exception& exception) {
        shared->log.write(ports::Level::error, "connection_failed", {{"error", std::string_view(exception.what())}});
    }
}

}  // namespace

Server::Shared::Shared(const Parts& parts)
    : config(parts.config),
      clock(parts.clock),
      log(parts.log),
      context(parts.context),
      reader_config(reader_config_of(parts.config)),
      keep_alive(keep_alive_of(parts.config)),
      endpoint_context{parts.sessions, parts.store_log, parts.config, ready},
      deadlines(parts.context, lengths_of(parts.config)) {}

Server::Server(const Parts& parts) : shared_(std::make_shared<Shared>(parts)) {}

Server::~Server() {
    // Connections that still wait end with the event loop, after whoever wanted to be called.
    shared_->when_empty = [] {};
}

void Server::serve(Socket socket, Port port) {
    boost::system::error_code not_tcp;
    socket.set_option(asio::ip::tcp::no_delay(true), not_tcp);
    asio::co_spawn(shared_->context.get_executor(), serve_connection(std::move(socket), port, shared_), asio::detached);
}

void Server::stop_being_ready() noexcept {
    shared_->ready = false;
}

void Server::drain() noexcept {
    shared_->draining = true;
}

void Server::finish() {
    for (Connection& connection : shared_->connections) connection.finish();
}

std::size_t Server::connections() const noexcept {
    return shared_->connection_count;
}

void Server::when_empty(std::function<void()> call) {
    shared_->when_empty = std::move(call);
}

}  // namespace sessgate::http
