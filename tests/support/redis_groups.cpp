#include "tests/support/redis_groups.hpp"

#include <algorithm>
#include <chrono>
#include <fstream>
#include <thread>

#include "adapters/redis/slots.hpp"

namespace sessgate::tests {
namespace {

using adapters::RedisSettings;
using adapters::redis::slot_count;

template <typename Condition>
void wait_until(Condition condition) {
    for (int attempt = 0; attempt < 2000; ++attempt) {
        if (condition()) return;
        std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
    throw std::runtime_error("the redis-servers did not come together");
}

std::size_t replicas_of(const RedisNode& node) {
    const std::string told = node.ask({"INFO", "replication"});
    constexpr std::string_view online = "state=online";
    std::size_t count = 0;
    for (auto at = told.find(online); at != std::string::npos; at = told.find(online, at + 1)) ++count;
    return count;
}

RedisSettings with_few_rights(adapters::RedisKind kind) {
    RedisSettings settings;
    settings.kind = kind;
    settings.user = redis_user;
    settings.password = redis_password;
    return settings;
}

adapters::RedisAddress address_of(const RedisNode& node) {
    return {"127.0.0.1", static_cast<std::uint16_t>(node.port()), {}};
}

/// First and last slot of a primary.
std::pair<std::size_t, std::size_t> slots_of(std::size_t number) {
    constexpr std::size_t count = RedisCluster::primary_count;
    return {slot_count * number / count, slot_count * (number + 1) / count - 1};
}

/// A cluster's nodes are known by 40 hexadecimal digits.
std::string node_id(std::size_t number) {
    return std::string(39, 'a') + std::to_string(number);
}

}  // namespace

RedisSentinels::RedisSentinels() {
    for (RedisNode& server : servers_) {
        server.start({"--save", "", "--repl-diskless-sync-delay", "0"});
        server.admit();
    }
    const std::string port = std::to_string(primary().port());
    for (RedisNode& server : servers_) {
        if (&server != &primary()) server.ask({"REPLICAOF", "127.0.0.1", port});
    }
    wait_until([&] { return replicas_of(primary()) == 2; });
    for (RedisNode& sentinel : sentinels_) {
        const std::string file = sentinel.folder() / "sentinel.conf";  // which it writes to
        std::ofstream(file) << "sentinel monitor main 127.0.0.1 " << port << " 2\n";
        sentinel.start({file, "--sentinel"});
    }
}

RedisSettings RedisSentinels::settings() const {
    RedisSettings settings = with_few_rights(adapters::RedisKind::sentinel);
    settings.sentinel_name = "main";
    for (const RedisNode& sentinel : sentinels_) settings.addresses.push_back(address_of(sentinel));
    return settings;
}

RedisCluster::RedisCluster() {
    std::ranges::generate(bus_ports_, free_port);
    for (std::size_t i = 0; i < nodes_.size(); ++i) {
        write_view_of(i);
        nodes_[i].start({"--save", "", "--repl-diskless-sync-delay", "0", "--cluster-enabled", "yes",
                         "--cluster-config-file", "nodes.conf", "--cluster-port", std::to_string(bus_ports_[i])});
        nodes_[i].admit();
    }
    wait_until([&] {
        return std::ranges::all_of(nodes_, [](const RedisNode& node) {
            return node.ask({"CLUSTER", "INFO"}).find("cluster_state:ok") != std::string::npos;
        });
    });
    for (std::size_t i = 0; i < primary_count; ++i) {
        wait_until([&] { return replicas_of(nodes_[i]) == 1; });
    }
}

/// What a node would have written down before a restart, so that it need not be told: all six know each other at once.
void RedisCluster::write_view_of(std::size_t number) const {
    std::ofstream file(nodes_[number].folder() / "nodes.conf");
    for (std::size_t i = 0; i < nodes_.size(); ++i) {
        const bool is_primary = i < primary_count;
        const std::size_t primary = i % primary_count;
        file << node_id(i) << " 127.0.0.1:" << nodes_[i].port() << '@' << bus_ports_[i] << ' '
             << (i == number ? "myself," : "") << (is_primary ? "master -" : "slave " + node_id(primary)) << " 0 0 "
             << primary + 1 << " connected";
        if (is_primary) file << ' ' << slots_of(i).first << '-' << slots_of(i).second;
        file << '\n';
    }
    file << "vars currentEpoch " << primary_count << " lastVoteEpoch 0\n";
}

RedisSettings RedisCluster::settings() const {
    RedisSettings settings = with_few_rights(adapters::RedisKind::cluster);
    for (std::size_t i = 0; i < 2; ++i) settings.addresses.push_back(address_of(nodes_[i]));
    return settings;
}

std::string RedisCluster::bucket_of_primary(std::size_t number) {
    const auto [first, last] = slots_of(number);
    for (char character = 'a'; character <= 'z'; ++character) {
        const std::string bucket(3, character);
        const std::size_t slot = adapters::redis::slot_of(bucket);
        if (first <= slot && slot <= last) return bucket;
    }
    throw std::runtime_error("no bucket of three same letters is that primary's");
}

}  // namespace sessgate::tests
