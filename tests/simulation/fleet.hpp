#pragma once

#include "tests/simulation/redis_server.hpp"
#include "tests/simulation/sidecar.hpp"

namespace sessgate::simulation {

/// All sidecars, each on a machine of its own; a machine whose sidecar crashed has none for a while.
class Fleet {
public:
    Fleet(World& world, Network& network, std::size_t size, const SidecarSettings& settings);

    std::size_t size() const noexcept { return machines_.size(); }
    Machine& machine(std::size_t index) noexcept { return machines_[index]; }

    /// Null: it is down.
    Sidecar* sidecar(std::size_t index) noexcept { return sidecars_[index].get(); }

    /// Of those that run; null: none does.
    Sidecar* any();

    void start(std::size_t index);
    void crash(std::size_t index) { sidecars_[index].reset(); }

private:
    World& world_;
    Network& network_;
    SidecarSettings settings_;
    std::deque<Machine> machines_;
    std::vector<std::unique_ptr<Sidecar>> sidecars_;
    std::uint64_t last_life_ = 0;
};

}  // namespace sessgate::simulation
