#pragma once

#include "adapters/redis/shard_client.hpp"

namespace sessgate::adapters::redis {

/// Where a walk through all keys of all nodes has come to.
struct ScanPlace {
    std::uint64_t topology;  ///< its number: a walk that began with other servers has no meaning any more
    std::size_t node = 0;
    std::string cursor = "0";

    /// `topology:node:cursor`, and back; nullopt: it is no place.
    std::string text() const;
    static std::optional<ScanPlace> parse(std::string_view text);

    static ScanPlace first(const ShardClient& client) { return {client.topology_number()}; }
};

struct ScanStep {
    ShardNodePointer node{};
    std::vector<std::string> keys{};  ///< that were there
    std::optional<ScanPlace> next{};  ///< none: that was all
};

/// Some keys that fit `pattern`. What is there all the time comes at least once, as SCAN promises, unless a slot of a
/// cluster moves meanwhile. Errc::store_unavailable when the servers have changed since the walk began.
ports::Async<ScanStep> scan(ShardClient& client, ScanPlace place, std::string pattern, core::SteadyTime deadline);

/// Asks for keys where a step found them, also while their slot is on its way there or away.
ports::Task<Answer> ask_at(const ShardClient& client, ShardNodePointer node, Request request,
                           core::SteadyTime deadline);

/// `text` as a pattern that fits nothing else.
std::string as_pattern(std::string_view text);

/// Deletes all that fits `pattern` and was there when this began, with `patience` for each step. How many keys those
/// were. In vain where the servers change again and again: Errc::store_timeout.
ports::Async<std::size_t> remove_all(ShardClient& client, std::string pattern, core::Milliseconds patience);

/// About how many keys there are on all nodes; 0 when that cannot be told.
ports::Task<std::size_t> count_keys(ShardClient& client, core::SteadyTime deadline);

}  // namespace sessgate::adapters::redis
