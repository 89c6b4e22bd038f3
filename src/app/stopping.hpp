#pragma once

#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>

#include "app/shard.hpp"
#include "sessgate/http/listener.hpp"

namespace sessgate::app {

/// The way from SIGTERM or SIGINT to the end of the loop: not ready, `drain.delay`, no more connections accepted, each
/// answer closes its connection, `drain.timeout`, idle connections closed, end. A second signal skips the waiting.
class Stopping {
public:
    Stopping(Shard& shard, std::vector<http::Listener*> listeners, const DrainConfig& config, ports::Log& log);

    /// What SIGTERM does. On the shard's thread.
    void stop();

private:
    void wait_for_signal();
    void drain();
    void finish();
    void after(core::Milliseconds time, void (Stopping::*step)());

    Shard& shard_;
    std::vector<http::Listener*> listeners_;
    DrainConfig config_;
    ports::Log& log_;
    boost::asio::signal_set signals_;
    boost::asio::steady_timer timer_;
    bool stopping_ = false;
    bool draining_ = false;
};

}  // namespace sessgate::app
