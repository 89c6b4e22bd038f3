#pragma once

#include "sessgate/adapters/redis_store.hpp"
#include "tests/support/redis_node.hpp"

namespace sessgate::tests {

/// One redis-server, in memory, that can be reached on a unix socket, a TCP port and a TLS port.
class RedisServer : public RedisNode {
public:
    RedisServer();

    void start();

    /// As the user with the fewest rights.
    adapters::RedisSettings over_unix() const;
    adapters::RedisSettings over_tcp() const;
    adapters::RedisSettings over_tls() const;

private:
    std::string certificate_;
    std::string key_;
    int tls_port_;
};

}  // namespace sessgate::tests
