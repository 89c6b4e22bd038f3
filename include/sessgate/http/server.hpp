#pragma once

#include <boost/asio/io_context.hpp>
#include <functional>
#include <memory>

#include "sessgate/http/http_config.hpp"
#include "sessgate/http/server_state.hpp"
#include "sessgate/http/socket.hpp"
#include "sessgate/ports/async.hpp"
#include "sessgate/ports/clock.hpp"
#include "sessgate/ports/log.hpp"
#include "sessgate/service/session_service.hpp"

namespace sessgate::http {

/// The HTTP side of one shard: its connections, buffers and deadlines. The shard's thread only, where nothing else is
/// said.
class Server {
public:
    struct Parts {
        boost::asio::io_context& context;
        const HttpConfig& config;
        ServerState& state;
        service::SessionService& sessions;
        service::StoreLog& store_log;
        const ports::Clock& clock;
        ports::Log& log;
        ports::Metrics& metrics;
    };

    explicit Server(const Parts& parts);

    /// When the shard's thread has ended.
    ~Server();
    Server(const Server&) = delete;
    Server& operator=(const Server&) = delete;

    /// Serves `socket` until it is closed. Beyond `connections_max` it is told 503 and closed, or only closed where many
    /// are being told so. Any thread.
    void serve(Socket socket, Port port);

    /// Requests that come from now on are answered by `config`, in all but what a connection is held to (limits,
    /// times).
    void change(const HttpConfig& config);

    /// Ends the connections that wait for a request; what is being answered is finished.
    void finish();

    /// Those that were given to `serve` and are not closed yet. Any thread.
    std::size_t connections() const noexcept;

    /// Called on the shard's thread whenever the last connection has gone.
    void when_empty(std::function<void()> call);

    struct Shared;

private:
    std::shared_ptr<Shared> shared_;
};

}  // namespace sessgate::http
