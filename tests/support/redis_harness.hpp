#pragma once

#include <boost/asio/io_context.hpp>
#include <memory>
#include <optional>
#include <stdexcept>

#include "tests/support/log_capture.hpp"
#include "tests/support/manual_clock.hpp"
#include "tests/support/records.hpp"
#include "tests/support/redis_groups.hpp"
#include "tests/support/redis_server.hpp"
#include "tests/support/run.hpp"

namespace sessgate::tests {

/// A session of Lucia's by the id under which it is shown, and its key.
struct LuciaSpare {
    core::SessionId id;
    std::string key;
};

/// A server that holds sessions, and a bucket that it holds and no test uses.
struct RedisPrimary {
    RedisNode* node;
    std::string spare_bucket;
    std::optional<LuciaSpare> lucia{};  ///< where sessions are Lucia's, one that no test uses
};

/// Servers that are there already, and how to reach them.
struct RedisSetup {
    adapters::RedisSettings settings;
    std::vector<RedisPrimary> primaries;
};

/// Two shards' stores on Redis servers that are empty at first, and time that passes for both of them when the test
/// says so. The servers serve all harnesses of the process, one after the other, because each start of some takes a
/// while.
class RedisHarness {
public:
    /// Calls get so much time that only a test about deadlines ever sees one pass.
    static constexpr core::Milliseconds patience = std::chrono::seconds(20);

    explicit RedisHarness(RedisSetup setup, core::Milliseconds deadline = patience)
        : primaries_(std::move(setup.primaries)) {
        for (const RedisPrimary& primary : primaries_) {
            primary.node->ask({"FLUSHALL"});
            primary.node->ask({"CONFIG", "RESETSTAT"});
        }
        setup.settings.deadline = deadline;
        auto opened = adapters::RedisDatabase::open(setup.settings, core::RecordCodec(), clock, log);
        if (!opened) throw std::runtime_error(opened.error());
        database_ = *std::move(opened);
        a_ = open_shard();
        b_ = open_shard();
        for (const RedisPrimary& primary : primaries_) {
            primary.node->ask({"SELECT", std::to_string(setup.settings.database)});
        }
    }

    const adapters::RedisDatabase& database() const noexcept { return *database_; }

    template <typename T>
    core::Result<T> run(ports::Async<T> call) {
        auto result = run_without_settling(std::move(call));
        settle();
        return result;
    }

    /// For when the server does not answer the test either.
    template <typename T>
    core::Result<T> run_without_settling(ports::Async<T> call) {
        Answer<T> answer;
        tests::start(context_, std::move(call), answer);
        run_until([&] { return answer.result.has_value(); });
        return std::move(answer.result).value();
    }

    template <typename Condition>
    void run_until(Condition condition) {
        const auto end = std::chrono::steady_clock::now() + patience + std::chrono::seconds(2);
        while (!condition()) {
            if (std::chrono::steady_clock::now() > end) throw std::runtime_error("it did not come");
            context_.restart();
            context_.run_one_for(std::chrono::milliseconds(1));
        }
    }

    ports::SessionStore& a() { return *a_; }
    ports::SessionStore& b() { return *b_; }
    core::WallTime now() const { return clock.wall(); }
    void advance(core::Milliseconds by) { clock.advance(by); }

    /// What the servers themselves would do if their clocks had moved with the test's: forget a key after its instant.
    void sweep() {
        for (const RedisPrimary& primary : primaries_) {
            for (const std::string& key : primary.node->keys()) {
                const long long expires_at = std::stoll(primary.node->ask({"PEXPIRETIME", key}));
                if (expires_at >= 0 && expires_at < core::to_ms(clock.wall())) primary.node->ask({"DEL", key});
            }
        }
    }

    /// Waits until the messages about all that was acknowledged have come, so that a test sees a version only change
    /// because of what it does. They come in order, so one more of each server that is seen is enough.
    void settle() {
        for (const RedisPrimary& primary : primaries_) {
            const core::SessionId spare = spare_id(primary);
            const auto before = a_->version_of(spare);
            if (!before) return;
            const std::string own_key = "sessgate:s:{" + primary.spare_bucket + "}:" + std::string(spare.view());
            primary.node->ask({"SET", primary.lucia ? primary.lucia->key : own_key, "1"});
            run_until([&] { return a_->version_of(spare) != before; });
        }
    }

    std::unique_ptr<ports::SessionStore> open_shard() {
        auto store = database_->open_shard(context_.get_executor());
        for (const RedisPrimary& primary : primaries_) {
            const core::SessionId spare = spare_id(primary);
            run_until([&] { return store->version_of(spare).has_value(); });
        }
        return store;
    }

    RedisNode& server() { return *primaries_.front().node; }
    boost::asio::io_context& context() { return context_; }

    ManualClock clock;
    LogCapture log;

private:
    static core::SessionId spare_id(const RedisPrimary& primary) {
        if (primary.lucia) return primary.lucia->id;
        return core::SessionId::parse(primary.spare_bucket + "zzzzzzzzzzzzzzzzz").value();
    }

    std::vector<RedisPrimary> primaries_;
    boost::asio::io_context context_;
    std::unique_ptr<adapters::RedisDatabase> database_;
    std::unique_ptr<ports::SessionStore> a_;
    std::unique_ptr<ports::SessionStore> b_;
};

/// The one server of this process, reached as `settings` says.
inline RedisSetup one_redis(adapters::RedisSettings (RedisServer::*settings)() const) {
    static RedisServer server;
    return {(server.*settings)(), {{&server, "zzz"}}};
}

inline RedisSetup redis_with_sentinels() {
    static RedisSentinels servers;
    return {servers.settings(), {{&servers.primary(), "zzz"}}};
}

inline RedisSetup redis_cluster() {
    static RedisCluster cluster;
    RedisSetup setup{cluster.settings(), {}};
    for (std::size_t i = 0; i < RedisCluster::primary_count; ++i) {
        setup.primaries.push_back({&cluster.primary(i), RedisCluster::bucket_of_primary(i)});
    }
    return setup;
}

class RedisTcpHarness final : public RedisHarness {
public:
    RedisTcpHarness() : RedisHarness(one_redis(&RedisServer::over_tcp)) {}
};

class RedisTlsHarness final : public RedisHarness {
public:
    RedisTlsHarness() : RedisHarness(one_redis(&RedisServer::over_tls)) {}
};

class RedisUnixHarness final : public RedisHarness {
public:
    RedisUnixHarness() : RedisHarness(one_redis(&RedisServer::over_unix)) {}
};

class RedisSentinelHarness final : public RedisHarness {
public:
    RedisSentinelHarness() : RedisHarness(redis_with_sentinels()) {}
};

class RedisClusterHarness final : public RedisHarness {
public:
    RedisClusterHarness() : RedisHarness(redis_cluster()) {}
};

}  // namespace sessgate::tests
