#include "tests/simulation/faults.hpp"

namespace sessgate::simulation {
namespace {

constexpr std::size_t kinds = 12;
constexpr Time skew_max = 2s;

}  // namespace

Faults::Faults(World& world, Network& network, RedisServer& server, Fleet& fleet)
    : world_(world), network_(network), server_(server), fleet_(fleet) {
    for (std::size_t kind = 0; kind < kinds; ++kind) {
        if (world_.chance().one_in(3)) kinds_.push_back(kind);
    }
    pause_max_ = world_.chance().between(20ms, 1s);
}

void Faults::begin(Time until) {
    if (!kinds_.empty()) schedule(until);
}

void Faults::schedule(Time until) {
    world_.after(world_.chance().between(1ms, pause_max_), [this, until] {
        if (world_.now() > until) return;
        happen();
        schedule(until);
    });
}

void Faults::end() {
    start_the_server();
    server_.set_full(false);
    server_.set_read_only(false);
    for (const auto& wire : network_.open_wires()) wire->slow_down({});
    for (std::size_t i = 0; i < fleet_.size(); ++i) fleet_.start(i);
}

void Faults::happen() {
    ++count_;
    Chance& chance = world_.chance();
    const std::size_t kind = kinds_[chance.below(kinds_.size())];
    world_.note("fault", std::to_string(kind));
    switch (kind) {
        case 0:
        case 1:
        case 2:
            return cut_a_wire();
        case 3:
            return network_.hold(world_.now() + chance.between(10ms, 400ms));
        case 4:
            return network_.hold_server(world_.now() + chance.between(10ms, 400ms));
        case 5:
            return crash_the_server();
        case 6:
            return refuse_writes(true);
        case 7:
            return refuse_writes(false);
        case 8:
            return stop_a_machine(false);
        case 9:
            return stop_a_machine(true);
        case 10:
            return crash_a_sidecar();
        default:
            fleet_.machine(chance.below(fleet_.size())).skew = chance.between(-skew_max, skew_max);
    }
}

void Faults::cut_a_wire() {
    const auto wires = network_.open_wires();
    if (wires.empty()) return;
    Wire& wire = *wires[world_.chance().below(wires.size())];
    switch (world_.chance().below(3)) {
        case 0:
            return wire.cut();
        case 1:
            return wire.go_dead();
        default:
            wire.slow_down(world_.chance().between(1ms, 300ms));
    }
}

void Faults::crash_the_server() {
    for (const auto& wire : network_.open_wires()) wire->cut();
    network_.serve(nullptr);
    world_.after(world_.chance().between(5ms, 800ms), [this] { start_the_server(); });
}

void Faults::start_the_server() {
    network_.serve(&server_);
}

void Faults::crash_a_sidecar() {
    const std::size_t index = world_.chance().below(fleet_.size());
    fleet_.crash(index);
    world_.after(world_.chance().between(1ms, 300ms), [this, index] { fleet_.start(index); });
}

/// Stopped, as a process is, or suspended with all of its machine: then its steady clock stands still, too.
void Faults::stop_a_machine(bool suspends) {
    Machine& machine = fleet_.machine(world_.chance().below(fleet_.size()));
    if (machine.paused_until > world_.now()) return;
    const Time length = world_.chance().between(10ms, 900ms);
    machine.paused_until = world_.now() + length;
    ++machine.stops;
    if (suspends) machine.suspended += length;
}

/// The server's memory is full, or it is made a replica.
void Faults::refuse_writes(bool is_full) {
    const auto set = [this, is_full](bool refuses) {
        is_full ? server_.set_full(refuses) : server_.set_read_only(refuses);
    };
    set(true);
    world_.after(world_.chance().between(20ms, 800ms), [set] { set(false); });
}

}  // namespace sessgate::simulation
