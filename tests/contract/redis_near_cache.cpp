#include <doctest/doctest.h>

#include "tests/support/asked.hpp"
#include "tests/support/failing_store.hpp"
#include "tests/support/redis_harness.hpp"
#include "tests/support/service_shards.hpp"

namespace sessgate::tests {
namespace {

/// A store whose `find` is overtaken once: the session is ended by another process after it was read and before the
/// answer is there.
class OvertakenStore final : public FailingStore {
public:
    OvertakenStore(RedisHarness& harness, std::unique_ptr<ports::SessionStore> real, StoreFaults& faults)
        : FailingStore(std::move(real), harness.context().get_executor(), faults), harness_(harness) {}

    ports::Async<std::optional<core::SessionRecord>> find(core::SessionId id) override {
        auto found = co_await FailingStore::find(id);
        const std::string key = "sessgate:s:{" + std::string(id.bucket()) + "}:" + std::string(id.view());
        if (!std::exchange(overtaken_, true)) harness_.server().ask({"DEL", key});
        co_return std::move(found);
    }

private:
    RedisHarness& harness_;
    bool overtaken_ = false;
};

class Service {
public:
    explicit Service(RedisHarness& harness) : harness_(harness) {
        token_.secret = core::Secret{{1, 2, 3}};
        core::SessionRecord session = a_session(harness.now());
        session.hash = core::hash_of(token_.secret);
        token_.id = session.id;
        REQUIRE(harness.run(harness.a().create(session)).has_value());
    }

    bool allows() {
        Answer<bool> answer;
        start(harness_.context(), ask(), answer);
        harness_.run_until([&] { return answer.result.has_value(); });
        return answer.result->value();
    }

    StoreFaults faults;
    core::Token token_{core::SessionId::parse("aaaaaaaaaaaaaaaaaaaa").value(), {}};

private:
    static service::ServiceConfig config() {
        service::ServiceConfig config;
        config.near_cache_sessions = 64;
        return config;
    }

    ports::Async<bool> ask() {
        service::Credential credential;
        credential.tokens.push_back(token_);
        const service::ValidateOptions options;
        const core::Verdict verdict = co_await asked(sessions_, std::move(credential), options);
        co_return std::holds_alternative<core::Allow>(verdict);
    }

    RedisHarness& harness_;
    ServiceShards shards_;
    OvertakenStore store_{harness_, harness_.open_shard(), faults};
    service::SessionService& sessions_ = shards_.add(harness_.context(), store_, config());
};

}  // namespace

TEST_CASE("a record that another process ended while it was being read is never believed once Redis has told of it") {
    RedisUnixHarness harness;
    Service service(harness);
    harness.settle();

    CHECK(service.allows());  // it began before the end
    harness.settle();
    CHECK(!service.allows());
    CHECK(!service.allows());
}

TEST_CASE("what was kept is not believed while the invalidation link is silent for longer than its lease, nor after") {
    RedisUnixHarness harness;
    const auto session = a_session(harness.now());
    REQUIRE(harness.run(harness.a().create(session)).has_value());
    const auto before = harness.a().version_of(session.id);
    REQUIRE(before.has_value());

    harness.server().ask({"CLIENT", "KILL", "TYPE", "pubsub"});
    harness.run_until([&] { return harness.a().version_of(session.id) != before; });
    harness.run_until([&] { return harness.a().version_of(session.id).has_value(); });
    CHECK(harness.a().version_of(session.id) > before);
}

TEST_CASE("a connection for reads that is made anew raises every version, since it may lead elsewhere") {
    RedisUnixHarness harness;
    const auto id = a_session(harness.now()).id;
    const auto before = harness.a().version_of(id);

    harness.server().ask({"CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes"});
    harness.run_until([&] { return harness.a().version_of(id) && harness.a().version_of(id) != before; });
    CHECK(harness.a().version_of(id) > before);
}

TEST_CASE("versions are there again soon after all was lost, and never the same") {
    RedisServer server;
    ManualClock clock;
    LogCapture log;
    auto database = adapters::RedisDatabase::open(server.over_tcp(), core::RecordCodec(), clock, log);
    REQUIRE(database.has_value());
    boost::asio::io_context context;
    const auto store = (*database)->open_shard(context.get_executor());
    const auto id = a_session(clock.wall()).id;
    std::optional<std::uint64_t> last = 0;
    for (int i = 0; i < 3; ++i) {
        while (!store->version_of(id)) context.run_for(std::chrono::milliseconds(1));
        CHECK(store->version_of(id) > last);
        last = store->version_of(id);
        server.kill();
        while (store->version_of(id)) context.run_for(std::chrono::milliseconds(1));
        server.start();
    }
}

}  // namespace sessgate::tests
