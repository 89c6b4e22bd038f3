#include "app/stopping.hpp"

#include <boost/asio/post.hpp>
#include <csignal>

namespace sessgate::app {
namespace {

/// Connections that were told to close have a second of lingering, and as much again.
constexpr core::Milliseconds finish_time = std::chrono::seconds(2);

}  // namespace

Stopping::Stopping(Shard& shard, std::vector<http::Listener*> listeners, const DrainConfig& config, ports::Log& log)
    : shard_(shard),
      listeners_(std::move(listeners)),
      config_(config),
      log_(log),
      signals_(shard.context(), SIGTERM, SIGINT),
      timer_(shard.context()) {
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
    log_.write(ports::Level::info, "stopping", {{"drain_delay_ms", config_.delay.count()}});
    shard_.server().stop_being_ready();
    if (config_.delay == core::Milliseconds::zero()) return drain();
    after(config_.delay, &Stopping::drain);
}

void Stopping::drain() {
    if (draining_) return;
    draining_ = true;
    for (http::Listener* listener : listeners_) listener->stop();
    shard_.server().drain();
    shard_.server().when_empty([this] { shard_.context().stop(); });
    after(config_.timeout, &Stopping::finish);
    // Behind the connections that were accepted just now and begin with their next turn.
    boost::asio::post(shard_.context(), [this] {
        if (shard_.server().connections() == 0) shard_.context().stop();
    });
}

void Stopping::finish() {
    shard_.server().finish();
    timer_.expires_after(finish_time);
    timer_.async_wait([this](const boost::system::error_code& error) {
        if (!error) shard_.context().stop();
    });
}

void Stopping::after(core::Milliseconds time, void (Stopping::*step)()) {
    timer_.expires_after(time);
    timer_.async_wait([this, step](const boost::system::error_code& error) {
        if (!error) (this->*step)();
    });
}

}  // namespace sessgate::app
