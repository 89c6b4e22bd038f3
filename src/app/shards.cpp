#include "app/shards.hpp"

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>

namespace sessgate::app {

namespace asio = boost::asio;

EventLoops make_event_loops(std::size_t count) {
    EventLoops loops;
    while (loops.size() < count) loops.emplace_back(1);
    return loops;
}

Shards::Shards(EventLoops& loops, const ShardParts& parts, StoreHandle& store) {
    for (std::size_t i = 0; i < loops.size(); ++i) shards_.emplace_back(loops[i], parts, store, parts.state.metrics[i]);
}

void Shards::run() {
    // A loop ends when it has nothing to do, and a shard may have no connection for hours.
    std::vector<asio::executor_work_guard<ports::Executor>> busy;
    std::vector<std::jthread> threads;
    for (Shard& shard : shards_) {
        busy.emplace_back(shard.context().get_executor());
        if (&shard != &shards_.front()) threads.emplace_back([&shard] { shard.run(); });
    }
    shards_.front().run();
}

void Shards::stop() noexcept {
    for (Shard& shard : shards_) shard.context().stop();
}

void Shards::post(void (http::Server::*call)()) {
    for (Shard& shard : shards_) {
        asio::post(shard.context(), [&server = shard.server(), call] { (server.*call)(); });
    }
}

void Shards::change(const std::shared_ptr<const http::HttpConfig>& config, const std::function<void()>& done) {
    const auto left = std::make_shared<std::atomic<std::size_t>>(shards_.size());
    for (Shard& shard : shards_) {
        asio::post(shard.context(), [&server = shard.server(), config, left, done] {
            server.change(*config);
            if (--*left == 0) done();
        });
    }
}

void Shards::when_empty(const std::function<void()>& call) {
    for (Shard& shard : shards_) {
        const auto tell = [this, call] { asio::post(first(), call); };
        asio::post(shard.context(), [&server = shard.server(), tell] {
            server.when_empty(tell);
            if (server.connections() == 0) tell();
        });
    }
}

std::size_t Shards::connections() const noexcept {
    std::size_t sum = 0;
    for (const Shard& shard : shards_) sum += shard.server().connections();
    return sum;
}

std::vector<http::Server*> Shards::servers() {
    std::vector<http::Server*> all;
    all.reserve(shards_.size());
    for (Shard& shard : shards_) all.push_back(&shard.server());
    return all;
}

}  // namespace sessgate::app
