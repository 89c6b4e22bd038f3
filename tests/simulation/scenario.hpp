#pragma once

#include "tests/simulation/ledger.hpp"
#include "tests/simulation/redis_server.hpp"

namespace sessgate::simulation {

/// What came of one seed.
struct Outcome {
    std::vector<std::string> mistakes{};
    Ledger::Figures figures{};
    std::uint64_t digest = 0;  ///< of all bytes and instants
    std::uint64_t steps = 0;
    std::uint64_t faults = 0;
    std::uint64_t commands = 0;  ///< that the server answered
};

/// A few days of a few browsers, sidecars and one server, with everything in them decided by `seed`.
Outcome run_scenario(std::uint64_t seed, const RedisServer::Defects& defects, bool tells);

}  // namespace sessgate::simulation
