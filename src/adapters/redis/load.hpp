#pragma once

#include "adapters/redis/shard_client.hpp"

namespace sessgate::adapters::redis {

/// What stands under a key, and who said so.
struct Found {
    std::optional<std::string> text{};
    NodeAnswer from{};
};

/// Reads `key`, which is on `bucket`'s node. A nil counts when it comes twice, the second time beside its ECHO.
/// `first`: what `GET key` was answered the first time, when it was asked already.
ports::Async<Found> load(ShardClient& client, std::string_view bucket, std::string key, core::SteadyTime deadline,
                         std::optional<NodeAnswer> first = std::nullopt);

}  // namespace sessgate::adapters::redis
