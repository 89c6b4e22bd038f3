#include "tests/simulation/sidecar.hpp"

#include "adapters/redis/redis_store.hpp"

namespace sessgate::simulation {

namespace redis = adapters::redis;

namespace {

constexpr core::Milliseconds greeting_patience{500};

}  // namespace

Sidecar::Sidecar(World& world, Network& network, Machine& machine, const SidecarSettings& settings, std::uint64_t life)
    : machine_(machine), life_(life), clock_(world, machine), log_(world, machine), random_(world.chance().next()) {
    kernel().suspended = machine.suspended;
    node_->target.address = {"redis", 6379, {}};
    node_->target.patience = greeting_patience;
    node_->target.make_stream = &make_wire;
    directory_.publish({{node_}, {}, {"aaa"}});
    for (std::size_t i = 0; i < settings.shards; ++i) add_shard(network, settings);
    if (settings.near_cache) {
        Loop& loop = *machine.loops.emplace_back(std::make_shared<Loop>());
        network.attach(machine, loop);
        link_ = std::make_shared<redis::Link>(loop.context(), node_, keys_.prefix(), versions_, notices_, nullptr);
        link_->start();
    }
    kernel().suspended = {};
    world.wake(machine);
}

void Sidecar::add_shard(Network& network, const SidecarSettings& settings) {
    Loop& loop = *machine_.loops.emplace_back(std::make_shared<Loop>());
    network.attach(machine_, loop);
    const redis::NodeSurroundings nodes{
        keys_, versions_, notices_, counts_, settings.store_deadline, settings.near_cache, {}};
    auto client = std::make_shared<redis::ShardClient>(loop.context(), directory_, nodes);
    client->start();
    const redis::StoreSurroundings surroundings{
        keys_, codec_, clock_, versions_, notices_, counts_, settings.store_deadline, 0};
    stores_.push_back(std::make_unique<redis::RedisStore>(std::move(client), surroundings));
    const service::SessionService::Parts parts{
        loop.context().get_executor(), commons_, *stores_.back(), clock_, random_, store_log_, metrics_};
    services_.emplace_back(parts, settings.service);
}

/// As a program ends: what waits on the loops goes with them, when services and stores are gone.
Sidecar::~Sidecar() {
    services_.clear();
    stores_.clear();
    if (link_) link_->stop();
    link_.reset();
    machine_.loops.clear();
    machine_.ready = 0;
    machine_.wakes_at = Time::max();
}

}  // namespace sessgate::simulation
