#pragma once

#include "tests/simulation/options.hpp"
#include "tests/simulation/scenario.hpp"

namespace sessgate::simulation {

/// Sums over many seeds.
struct Totals {
    std::uint64_t seeds = 0;
    std::uint64_t wrong_seeds = 0;
    std::uint64_t first_wrong = 0;  ///< a seed; 0: none
    std::uint64_t unrepeatable = 0;
    std::uint64_t steps = 0;
    std::uint64_t faults = 0;
    std::uint64_t commands = 0;
    Ledger::Figures figures{};

    void add(std::uint64_t seed, const Outcome& outcome);
    void add(const Totals& other);
};

/// Runs the seeds in as many processes as wanted, with a line of progress every few seconds.
Totals run_seeds(const Options& options);

}  // namespace sessgate::simulation
