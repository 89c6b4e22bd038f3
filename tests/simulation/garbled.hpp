#pragma once

#include "tests/simulation/scenario.hpp"

namespace sessgate::simulation {

/// `requests` of browsers, of others who were signed out, and of guessers, while a part of what the server sends is
/// damaged at random: bits, bytes and pieces of it are changed, lost or made up.
Outcome run_garbled(std::uint64_t seed, std::uint64_t requests, bool tells);

}  // namespace sessgate::simulation
