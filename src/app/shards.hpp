#pragma once

#include <deque>
#include <thread>

#include "app/shard.hpp"

namespace sessgate::app {

/// The event loops of all shards. The first runs on the thread that serves the ports and the signals as well.
using EventLoops = std::deque<boost::asio::io_context>;

EventLoops make_event_loops(std::size_t count);

/// All shards, one for each loop, and their threads.
class Shards {
public:
    Shards(EventLoops& loops, const ShardParts& parts, StoreHandle& store);

    /// Serves until `stop`: the first shard on this thread, each other one on its own.
    void run();

    /// Ends every loop. Any thread.
    void stop() noexcept;

    /// Calls `call(server)` for each shard's server, on its thread.
    void post(void (http::Server::*call)());

    /// Gives each shard's server the new settings, on its thread. The last one's calls `done`.
    void change(const std::shared_ptr<const http::HttpConfig>& config, const std::function<void()>& done);

    /// The first shard's thread calls `call` whenever a shard's last connection has gone, and once for each that has
    /// none.
    void when_empty(const std::function<void()>& call);

    /// Over all shards. Any thread.
    std::size_t connections() const noexcept;

    boost::asio::io_context& first() noexcept { return shards_.front().context(); }
    std::vector<http::Server*> servers();

private:
    std::deque<Shard> shards_;
};

}  // namespace sessgate::app
