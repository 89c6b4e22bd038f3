#pragma once

#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>

#include "app/shards.hpp"
#include "sessgate/http/listener.hpp"

namespace sessgate::app {

/// The way from SIGTERM or SIGINT to the end of the loops: not ready, `drain.delay`, no more connections accepted, each
/// answer closes its connection, `drain.timeout`, idle connections closed, end. A second signal skips the waiting.
class Stopping {
public:
    Stopping(Shards& shards, http::ServerState& state, std::vector<http::Listener*> listeners,
             const DrainConfig& config, const Surroundings& surroundings);

    /// What SIGTERM does. On the first shard's thread, like everything here.
    void stop();

private:
    void wait_for_signal();
    void drain();
    void finish();
    void end_when_empty();
    void after(core::Milliseconds time, void (Stopping::*step)());

    Shards& shards_;
    http::ServerState& state_;
    std::vector<http::Listener*> listeners_;
    DrainConfig config_;
    const Surroundings& surroundings_;
    boost::asio::signal_set signals_;
    boost::asio::steady_timer timer_;
    bool stopping_ = false;
    bool draining_ = false;
};

}  // namespace sessgate::app
