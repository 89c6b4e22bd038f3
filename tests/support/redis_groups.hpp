#pragma once

#include <array>

#include "sessgate/adapters/redis_store.hpp"
#include "tests/support/redis_node.hpp"

namespace sessgate::tests {

/// A primary, two replicas and three sentinels; sessgate comes as the user with the fewest rights.
class RedisSentinels {
public:
    RedisSentinels();

    adapters::RedisSettings settings() const;
    RedisNode& primary() noexcept { return servers_.front(); }

private:
    std::array<RedisNode, 3> servers_;
    std::array<RedisNode, 3> sentinels_;
};

/// Three primaries with a replica each; sessgate comes as the user with the fewest rights.
class RedisCluster {
public:
    static constexpr std::size_t primary_count = 3;

    RedisCluster();

    adapters::RedisSettings settings() const;
    RedisNode& primary(std::size_t number) noexcept { return nodes_[number]; }

    /// A bucket whose keys that primary holds.
    static std::string bucket_of_primary(std::size_t number);

private:
    void write_view_of(std::size_t number) const;

    std::array<RedisNode, 2 * primary_count> nodes_;
    std::array<int, 2 * primary_count> bus_ports_;
};

}  // namespace sessgate::tests
