#include "tests/simulation/scenario.hpp"

#include "tests/simulation/browser.hpp"
#include "tests/simulation/faults.hpp"

namespace sessgate::simulation {
namespace {

/// Longer than any call of anybody takes, on a machine that may have been stopped.
constexpr Time evening = 2s;

/// Longer than it takes to find out that a connection is dead.
constexpr Time recovery = 4s;

SidecarSettings settings_for(Chance& chance) {
    SidecarSettings settings;
    settings.shards = 1 + chance.below(2);
    settings.near_cache = !chance.one_in(5);
    settings.service.near_cache_sessions = settings.near_cache ? 16 : 0;
    if (chance.one_in(8)) settings.service.rotation.strategy = core::RenewalStrategy::extend;
    return settings;
}

/// How long the nights are: past the grace, past the active period, or several of those.
Time night(Chance& chance) {
    constexpr std::array<Time, 4> nights{Time(70s), Time(25h), Time(26h), Time(60h)};
    return nights[chance.below(nights.size())];
}

/// Everybody in one world, in the order in which they need each other.
class Scenario {
public:
    Scenario(std::uint64_t seed, const RedisServer::Defects& defects, bool tells)
        : world_(seed, tells),
          network_(world_),
          server_(world_, defects),
          fleet_(world_, network_, 1 + world_.chance().below(3), settings_for(world_.chance())),
          ledger_(world_),
          faults_(world_, network_, server_, fleet_) {
        network_.serve(&server_);
        for (std::size_t i = 0, count = 1 + world_.chance().below(4); i < count; ++i) {
            const auto user = core::UserId::parse("user-" + std::to_string(i / 2));
            browsers_.push_back(std::make_unique<Browser>(world_, fleet_, ledger_, *user));
        }
    }

    Outcome run() {
        for (std::size_t days = 1 + world_.chance().below(5); days > 0; --days) pass_a_day();
        faults_.end();
        world_.run_until(world_.now() + recovery);
        for (int i = 0; i < 2; ++i) {
            for (const auto& browser : browsers_) browser->visit_calmly();
            world_.run_until(world_.now() + 1s);
        }
        return {ledger_.mistakes(), ledger_.figures, world_.digest(),
                world_.steps(),     faults_.count(), server_.commands()};
    }

private:
    void pass_a_day() {
        const Time sunset = world_.now() + world_.chance().between(200ms, 1200ms);
        faults_.begin(sunset);
        for (const auto& browser : browsers_) browser->begin(sunset);
        world_.run_until(sunset + evening);
        for (const auto& browser : browsers_) browser->settle();
        world_.leap(night(world_.chance()));
        world_.note("night");
    }

    World world_;
    Network network_;
    RedisServer server_;
    Fleet fleet_;
    Ledger ledger_;
    Faults faults_;
    std::vector<std::unique_ptr<Browser>> browsers_;
};

}  // namespace

Outcome run_scenario(std::uint64_t seed, const RedisServer::Defects& defects, bool tells) {
    return Scenario(seed, defects, tells).run();
}

}  // namespace sessgate::simulation
