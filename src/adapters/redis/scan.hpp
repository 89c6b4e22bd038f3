#pragma once

#include "adapters/redis/shard_client.hpp"

namespace sessgate::adapters::redis {

/// Where a walk through all keys of all nodes has come to.
struct ScanPlace {
    std::size_t node = 0;
    std::string cursor = "0";

    /// `node:cursor`, and back; nullopt: it is no place.
    std::string text() const { return std::to_string(node) + ":" + cursor; }
    static std::optional<ScanPlace> parse(std::string_view text);
};

struct ScanStep {
    std::vector<std::string> keys{};
    std::optional<ScanPlace> next{};  ///< none: that was all
};

/// Some keys that fit `pattern`. What is there all the time comes at least once, as SCAN promises.
ports::Async<ScanStep> scan(ShardClient& client, ScanPlace place, std::string pattern, core::SteadyTime deadline);

/// `text` as a pattern that fits nothing else.
std::string as_pattern(std::string_view text);

/// Deletes all that fits `pattern`, with `patience` for each step. How many keys those were.
ports::Async<std::size_t> remove_all(ShardClient& client, std::string pattern, core::Milliseconds patience);

/// About how many keys there are on all nodes; 0 when that cannot be told.
ports::Task<std::size_t> count_keys(ShardClient& client, core::SteadyTime deadline);

}  // namespace sessgate::adapters::redis
