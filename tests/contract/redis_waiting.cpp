#include <doctest/doctest.h>

#include <algorithm>
#include <boost/asio/steady_timer.hpp>

#include "tests/support/redis_harness.hpp"

namespace sessgate::tests {

using core::Errc;
using Session = std::optional<core::SessionRecord>;

namespace {

/// A harness whose calls get little time.
class HurriedHarness final : public RedisHarness {
public:
    HurriedHarness() : RedisHarness(one_redis(&RedisServer::over_unix), core::Milliseconds(400)) {}
};

/// Lets a paused server go on, also when a check fails.
class Pause {
public:
    explicit Pause(RedisNode& server) : server_(server) { server_.pause(); }
    ~Pause() { server_.resume(); }

private:
    RedisNode& server_;
};

}  // namespace

TEST_CASE("a Redis that does not answer by the deadline is told as late, and its late answer is nobody's") {
    HurriedHarness harness;
    const auto session = a_session(harness.now());
    const auto other = a_session(harness.now());
    REQUIRE(harness.run(harness.a().create(session)).has_value());
    REQUIRE(harness.run(harness.a().create(other)).has_value());
    {
        const Pause pause(harness.server());
        CHECK(harness.run_without_settling(harness.a().find(session.id)).error() == Errc::store_timeout);
        CHECK(harness.run_without_settling(harness.a().revoke(session.id)).has_error());
        CHECK(harness.run_without_settling(harness.b().create(a_session(harness.now()))).has_error());
        CHECK(harness.a().version_of(session.id).has_value() == false);
    }
    // What was sent before may have been done; what is asked now is answered for itself.
    std::optional<core::Result<Session>> found;
    harness.run_until([&] {
        found = harness.run_without_settling(harness.a().find(other.id));
        return found->has_value();
    });
    CHECK(found->value() == other);
}

TEST_CASE("calls that wait for Redis are destroyed with their io_context and never resumed") {
    RedisServer server;
    ManualClock clock;
    LogCapture log;
    adapters::RedisSettings settings = server.over_unix();
    settings.deadline = std::chrono::seconds(20);
    auto database = adapters::RedisDatabase::open(settings, core::RecordCodec(), clock, log);
    REQUIRE(database.has_value());
    const auto session = a_session(clock.wall());
    int ended = 0;

    const auto ask_all = [&](std::unique_ptr<boost::asio::io_context> context, bool store_goes_first) {
        auto store = (*database)->open_shard(context->get_executor());
        Answer<Session> read;
        std::vector<Answer<ports::Created>> writes(6);
        {
            const Pause pause(server);
            start(*context, store->find(session.id), read);
            for (auto& write : writes) start(*context, store->create(a_session(clock.wall())), write);
            context->run_for(std::chrono::milliseconds(50));
            if (store_goes_first) store.reset();
            context.reset();
        }
        CHECK(!read.result.has_value());
        for (const auto& write : writes) CHECK(!write.result.has_value());
        ++ended;
    };
    ask_all(std::make_unique<boost::asio::io_context>(), true);
    ask_all(std::make_unique<boost::asio::io_context>(), false);
    CHECK(ended == 2);
}

TEST_CASE("more transactions than there are connections wait for each other, and all are done") {
    RedisUnixHarness harness;
    std::vector<Answer<ports::Created>> answers(60);
    for (auto& answer : answers) start(harness.context(), harness.a().create(a_session(harness.now())), answer);
    harness.run_until(
        [&] { return std::ranges::all_of(answers, [](const auto& answer) { return answer.result.has_value(); }); });
    for (const auto& answer : answers) CHECK(answer.result->value() == ports::Created::created);

    const std::string clients = harness.server().ask({"CLIENT", "LIST"});
    std::size_t count = 0;
    for (auto at = clients.find("id="); at != std::string::npos; at = clients.find("id=", at + 1)) ++count;
    CHECK(count <= 1 + 1 + 2 + 4);  // this one, the link, two for reads, four for transactions
}

namespace {

/// Twenty renewals of one session on two shards, each to other periods, all under way when this returns.
void start_renewals(RedisHarness& harness, const core::SessionRecord& session,
                    std::vector<Answer<ports::Replaced>>& renewals) {
    for (std::size_t i = 0; i < renewals.size(); ++i) {
        auto& store = i % 2 == 0 ? harness.a() : harness.b();
        const auto desired = renewed(session, harness.now() + core::Milliseconds(1 + static_cast<int>(i)));
        start(harness.context(), store.replace(session, desired), renewals[i]);
    }
}

std::ptrdiff_t count_replaced(RedisHarness& harness, const std::vector<Answer<ports::Replaced>>& renewals) {
    const auto is_answered = [](const auto& each) { return each.result.has_value(); };
    harness.run_until([&] { return std::ranges::all_of(renewals, is_answered); });
    return std::ranges::count_if(renewals,
                                 [](const auto& each) { return each.result->value() == ports::Replaced::replaced; });
}

}  // namespace

TEST_CASE("of many renewals of one session at once exactly one is made") {
    RedisUnixHarness harness;
    const auto session = a_session(harness.now());
    REQUIRE(harness.run(harness.a().create(session)).has_value());
    std::vector<Answer<ports::Replaced>> renewals(20);

    start_renewals(harness, session, renewals);

    CHECK(count_replaced(harness, renewals) == 1);
}

TEST_CASE("of many renewals of one session none brings back what was revoked meanwhile") {
    RedisUnixHarness harness;
    const auto session = a_session(harness.now());
    REQUIRE(harness.run(harness.a().create(session)).has_value());
    std::vector<Answer<ports::Replaced>> renewals(20);
    Answer<bool> revocation;

    start_renewals(harness, session, renewals);
    start(harness.context(), harness.b().revoke(session.id), revocation);

    CHECK(count_replaced(harness, renewals) <= 1);
    harness.run_until([&] { return revocation.result.has_value(); });
    CHECK(revocation.result->value());
    CHECK(harness.run(harness.a().find(session.id)).value() == std::nullopt);
}

TEST_CASE("a server whose certificate nobody vouches for is not talked to") {
    RedisServer server;
    RedisServer other;
    ManualClock clock;
    LogCapture log;
    adapters::RedisSettings settings = server.over_tls();
    SUBCASE("because another authority made it") {
        settings.tls->ca_file = other.over_tls().tls->ca_file;
    }
    SUBCASE("because it is another host's") {
        settings.addresses.front().host = "localhost";
    }
    SUBCASE("and one that wants a certificate of ours gets none") {
        settings.tls->certificate_file.clear();
        settings.tls->key_file.clear();
    }
    settings.deadline = std::chrono::seconds(2);
    auto database = adapters::RedisDatabase::open(settings, core::RecordCodec(), clock, log);
    REQUIRE(database.has_value());
    boost::asio::io_context context;
    const auto store = (*database)->open_shard(context.get_executor());
    Answer<void> answer;
    start(context, store->check(), answer);
    while (!answer.result) context.run_one();

    CHECK(answer.result->has_error());
    CHECK(log.text_of("redis_unreachable", "reason") != "");
}

}  // namespace sessgate::tests
