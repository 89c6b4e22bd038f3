#pragma once

#include "tests/simulation/fleet.hpp"

namespace sessgate::simulation {

/// What goes wrong, at random.
class Faults {
public:
    Faults(World& world, Network& network, RedisServer& server, Fleet& fleet);

    /// Something goes wrong now and then until `until`; how often and what is decided once for each seed, so that some
    /// seeds see a single kind again and again.
    void begin(Time until);

    /// Everything works again, from now on.
    void end();

    std::uint64_t count() const noexcept { return count_; }

private:
    void schedule(Time until);
    void happen();
    void cut_a_wire();
    void crash_the_server();
    void start_the_server();
    void crash_a_sidecar();
    void stop_a_machine(bool suspends);
    void refuse_writes(bool is_full);

    World& world_;
    Network& network_;
    RedisServer& server_;
    Fleet& fleet_;
    std::vector<std::size_t> kinds_;  ///< that this seed sees
    Time pause_max_;
    std::uint64_t count_ = 0;
};

}  // namespace sessgate::simulation
