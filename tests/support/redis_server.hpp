#pragma once

#include <sys/types.h>

#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include "sessgate/adapters/redis_store.hpp"
#include "tests/support/folder.hpp"

struct redisContext;

namespace sessgate::tests {

/// The user that docs/redis.md tells people to make, with the rights that it lists there.
std::string minimal_acl();

/// A redis-server of the test's own, in memory, on a unix socket, a TCP port and a TLS port; gone with it.
class RedisServer {
public:
    RedisServer();
    ~RedisServer();
    RedisServer(const RedisServer&) = delete;
    RedisServer& operator=(const RedisServer&) = delete;

    adapters::RedisSettings over_unix() const;
    adapters::RedisSettings over_tcp() const;
    adapters::RedisSettings over_tls() const;

    /// What the server answers, as text; of an array its elements, one on each line.
    std::string ask(std::initializer_list<std::string_view> command) const;

    /// The keys with the instant at which they expire, by the server's clock.
    std::vector<std::string> keys() const;

    void pause() const;   ///< SIGSTOP
    void resume() const;  ///< SIGCONT
    void kill();          ///< SIGKILL; what it held is lost
    void start();

    const std::string& certificate() const noexcept { return certificate_; }
    const std::string& key() const noexcept { return key_; }

private:
    TemporaryFolder folder_;
    std::string socket_;
    std::string certificate_;
    std::string key_;
    int port_ = 0;
    int tls_port_ = 0;
    pid_t pid_ = 0;
    redisContext* admin_ = nullptr;
};

}  // namespace sessgate::tests
