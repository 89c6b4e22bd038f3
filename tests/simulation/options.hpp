#pragma once

#include <cstdint>
#include <optional>

#include "tests/simulation/redis_server.hpp"

namespace sessgate::simulation {

struct Options {
    std::uint64_t first = 1;
    std::uint64_t seeds = 1;
    std::uint64_t jobs = 1;     ///< processes that share the seeds
    std::uint64_t garbled = 0;  ///< requests with garbled replies; 0: whole scenarios instead
    bool tells = false;         ///< every byte and event
    bool repeats = false;       ///< each seed is run twice, and both runs must be the same
    bool wants_mistakes = false;
    RedisServer::Defects defects{};
};

/// Nullopt, with a sentence on stderr, when the words make no sense.
std::optional<Options> read_options(int count, char** words);

}  // namespace sessgate::simulation
