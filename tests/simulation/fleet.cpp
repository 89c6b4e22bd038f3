#include "tests/simulation/fleet.hpp"

namespace sessgate::simulation {

Fleet::Fleet(World& world, Network& network, std::size_t size, const SidecarSettings& settings)
    : world_(world), network_(network), settings_(settings), machines_(size), sidecars_(size) {
    for (std::size_t i = 0; i < size; ++i) {
        machines_[i].name = "sidecar " + std::to_string(i + 1);
        world.add(machines_[i]);
        start(i);
    }
}

Sidecar* Fleet::any() {
    const std::size_t first = world_.chance().below(size());
    for (std::size_t i = 0; i < size(); ++i) {
        if (Sidecar* const running = sidecar((first + i) % size())) return running;
    }
    return nullptr;
}

void Fleet::start(std::size_t index) {
    if (sidecars_[index]) return;
    sidecars_[index] = std::make_unique<Sidecar>(world_, network_, machines_[index], settings_, ++last_life_);
}

}  // namespace sessgate::simulation
