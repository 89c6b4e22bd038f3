#include "app/stopping.hpp"

#include <csignal>

namespace sessgate::app {
namespace {

/// Connections that were told to close have a second of lingering, and as much again.
constexpr core::Milliseconds finish_time = std::chrono::seconds(2);

}  // namespace

Stopping::Stopping(Shards& shards, http::ServerState& state, std::vector<http::Listener*> listeners,
                   const DrainConfig& config, const Surroundings& surroundings)
    : shards_(shards),
      state_(state),
      listeners_(std::move(listeners)),
      config_(config),
      surroundings_(surroundings),
      signals_(shards.first(), SIGTERM, SIGINT),
      timer_(shards.first()) {
    wait_for_signal();
}

void Stopping::wait_for_signal() {
    signals_.async_wait([this](const boost::system::error_code& error, int) {
        if (error) return;
        stop();
        wait_for_signal();
    });
}

void Stopping::stop() {
    if (draining_) return finish();
    if (stopping_) return drain();
    stopping_ = true;
    state_.is_ready = false;
    surroundings_.when_stopping();
    if (config_.delay == core::Milliseconds::zero()) {
        drain();
    } else {
        after(config_.delay, &Stopping::drain);
    }
    surroundings_.log.write(ports::Level::info, "stopping", {{"drain_delay_ms", config_.delay.count()}});
}

void Stopping::drain() {
    if (draining_) return;
    draining_ = true;
    state_.is_draining = true;
    for (http::Listener* listener : listeners_) listener->stop();
    shards_.when_empty([this] { end_when_empty(); });
    after(config_.timeout, &Stopping::finish);
}

/// Nothing is accepted any more, so shards that have no connection now have none later.
void Stopping::end_when_empty() {
    if (shards_.connections() == 0) shards_.stop();
}

void Stopping::finish() {
    shards_.post(&http::Server::finish);
    timer_.expires_after(finish_time);
    timer_.async_wait([this](const boost::system::error_code& error) {
        if (!error) shards_.stop();
    });
}

void Stopping::after(core::Milliseconds time, void (Stopping::*step)()) {
    timer_.expires_after(time);
    timer_.async_wait([this, step](const boost::system::error_code& error) {
        if (!error) (this->*step)();
    });
}

}  // namespace sessgate::app
