#pragma once

#include <boost/asio/io_context.hpp>
#include <memory>
#include <stdexcept>

#include "tests/support/log_capture.hpp"
#include "tests/support/manual_clock.hpp"
#include "tests/support/records.hpp"
#include "tests/support/redis_server.hpp"
#include "tests/support/run.hpp"

namespace sessgate::tests {

/// Two shards' stores on a Redis server that is empty at first, and time that passes for both of them when the test
/// says so. The server serves all harnesses of the process, one after the other, because each start of one takes a
/// while.
class RedisHarness {
public:
    /// Calls get so much time that only a test about deadlines ever sees one pass.
    static constexpr core::Milliseconds patience = std::chrono::seconds(20);

    using Settings = adapters::RedisSettings (RedisServer::*)() const;

    explicit RedisHarness(Settings settings, core::Milliseconds deadline = patience,
                          std::optional<adapters::LuciaLayout> lucia = std::nullopt) {
        server_.ask({"FLUSHALL"});
        server_.ask({"CONFIG", "RESETSTAT"});
        adapters::RedisSettings wanted = (server_.*settings)();
        wanted.deadline = deadline;
        wanted.lucia = std::move(lucia);
        if (wanted.lucia) place_elsewhere(*wanted.lucia);
        auto opened = adapters::RedisDatabase::open(wanted, core::RecordCodec(), clock, log);
        if (!opened) throw std::runtime_error(opened.error());
        database_ = *std::move(opened);
        a_ = database_->open_shard(context_.get_executor());
        b_ = database_->open_shard(context_.get_executor());
        run_until([&] { return a_->version_of(elsewhere_) && b_->version_of(elsewhere_); });
        server_.ask({"SELECT", std::to_string(wanted.database)});
    }

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

    /// What the server itself would do if its clock had moved with the test's: it forgets a key after its instant.
    void sweep() {
        for (const std::string& key : server_.keys()) {
            const long long expires_at = std::stoll(server_.ask({"PEXPIRETIME", key}));
            if (expires_at >= 0 && expires_at < core::to_ms(clock.wall())) server_.ask({"DEL", key});
        }
    }

    /// Waits until the messages about all that was acknowledged have come, so that a test sees a version only change
    /// because of what it does. They come in order, so one more that is seen is enough.
    void settle() {
        const auto before = a_->version_of(elsewhere_);
        if (!before) return;
        server_.ask({"SET", link_key_, "1"});
        run_until([&] { return a_->version_of(elsewhere_) != before; });
    }

    std::unique_ptr<ports::SessionStore> open_shard() {
        auto store = database_->open_shard(context_.get_executor());
        run_until([&] { return store->version_of(elsewhere_).has_value(); });
        return store;
    }

    RedisServer& server() { return server_; }
    boost::asio::io_context& context() { return context_; }

    ManualClock clock;
    LogCapture log;

private:
    void place_elsewhere(const adapters::LuciaLayout& lucia) {
        const bool is_recipe = lucia.records.ids().layout() == core::Layout::lucia_recipe;
        const std::string stored_id = is_recipe ? std::string(64, '0') : std::string(40, 'z');
        link_key_ = lucia.session_prefix + ":" + stored_id;
        elsewhere_ = lucia.records.ids().shown(stored_id).value();
    }

    static RedisServer& shared_server() {
        static RedisServer server;
        return server;
    }

    RedisServer& server_ = shared_server();
    boost::asio::io_context context_;
    std::unique_ptr<adapters::RedisDatabase> database_;
    std::unique_ptr<ports::SessionStore> a_;
    std::unique_ptr<ports::SessionStore> b_;
    // No session of any test's; its changes are told as theirs are.
    std::string link_key_ = "sessgate:s:{zzz}:zzzzzzzzzzzzzzzzzzzz";
    core::SessionId elsewhere_ = core::SessionId::parse("zzzzzzzzzzzzzzzzzzzz").value();
};

class RedisTcpHarness final : public RedisHarness {
public:
    RedisTcpHarness() : RedisHarness(&RedisServer::over_tcp) {}
};

class RedisTlsHarness final : public RedisHarness {
public:
    RedisTlsHarness() : RedisHarness(&RedisServer::over_tls) {}
};

class RedisUnixHarness final : public RedisHarness {
public:
    RedisUnixHarness() : RedisHarness(&RedisServer::over_unix) {}
};

}  // namespace sessgate::tests
