#include <doctest/doctest.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/redirect_error.hpp>
#include <list>

#include "sessgate/adapters/memory_store.hpp"
#include "tests/support/asked.hpp"
#include "tests/support/failing_store.hpp"
#include "tests/support/records.hpp"
#include "tests/support/run.hpp"
#include "tests/support/service_shards.hpp"

using namespace sessgate;
using namespace sessgate::tests;
using namespace std::chrono_literals;

namespace {

/// A store whose reads wait until the test lets them go, each by itself.
class GatedStore final : public FailingStore {
public:
    using FailingStore::FailingStore;

    ports::Async<std::optional<core::SessionRecord>> find(core::SessionId id) override {
        const ports::Executor executor = co_await boost::asio::this_coro::executor;
        auto found = co_await FailingStore::find(id);
        Gate gate(executor, core::SteadyTime::max());
        const Listed listed(gates_, gate);
        boost::system::error_code opened;
        const boost::asio::use_awaitable_t<ports::Executor> use_task;
        co_await gate.async_wait(boost::asio::redirect_error(use_task, opened));
        if (error_) co_return *error_;
        co_return std::move(found);
    }

    /// Lets the reads that wait go, with `error` where one is given.
    void open(std::optional<core::Errc> error = {}) {
        error_ = error;
        for (Gate* gate : gates_) gate->cancel();
    }

private:
    using Gate =
        boost::asio::basic_waitable_timer<std::chrono::steady_clock,
                                          boost::asio::wait_traits<std::chrono::steady_clock>, ports::Executor>;

    /// A gate goes with its coroutine, and so with the event loop that this one waits on.
    class Listed {
    public:
        Listed(std::list<Gate*>& gates, Gate& gate) : gates_(gates), place_(gates.insert(gates.end(), &gate)) {}
        ~Listed() { gates_.erase(place_); }
        Listed(const Listed&) = delete;
        Listed& operator=(const Listed&) = delete;

    private:
        std::list<Gate*>& gates_;
        std::list<Gate*>::iterator place_;
    };

    std::list<Gate*> gates_;
    std::optional<core::Errc> error_;
};

ports::Task<void> ask_service(service::SessionService& sessions, core::Token token, service::ValidateOptions options,
                              std::optional<core::Verdict>& verdict) {
    service::Credential credential;
    credential.tokens.push_back(token);
    verdict = co_await asked(sessions, std::move(credential), options);
}

void start_ask(boost::asio::io_context& context, ports::Task<void> asking) {
    boost::asio::co_spawn(context, std::move(asking), [](std::exception_ptr error) { REQUIRE(!error); });
}

service::ServiceConfig config_with(core::Milliseconds store_deadline) {
    service::ServiceConfig config;
    config.store_deadline = store_deadline;
    return config;
}

/// One shard whose reads the test holds back, and a session on it.
class Held {
public:
    explicit Held(core::Milliseconds deadline = 60s) : config_(config_with(deadline)) {
        SUBCASE("with reads that are made ahead") {}
        SUBCASE("with reads in coroutines") {
            faults.finds_without_coroutine = false;
        }
        session.hash = core::hash_of(token.secret);
        REQUIRE(run_on(context, database_.open_shard()->create(session)).has_value());
    }

    using Verdict = std::optional<core::Verdict>;

    /// Starts a request and lets it go as far as it comes.
    const Verdict& ask(const service::ValidateOptions& options = {}) { return ask_with(token, options); }

    const Verdict& ask_with(const core::Token& presented, const service::ValidateOptions& options = {}) {
        Verdict& verdict = verdicts_.emplace_back();
        start_ask(context, ask_service(sessions, presented, options, verdict));
        go_on();
        return verdict;
    }

    /// Runs what can run without waiting.
    void go_on() {
        context.restart();
        context.poll();
    }

    void open(std::optional<core::Errc> error = {}) {
        store.open(error);
        go_on();
    }

    ServiceShards shards;
    boost::asio::io_context context;
    StoreFaults faults;

private:
    service::ServiceConfig config_;
    adapters::MemoryDatabase database_{shards.clock};
    std::list<Verdict> verdicts_;

public:
    core::SessionRecord session = a_session(shards.clock.wall());
    core::Token token{session.id, core::Secret{{1, 2, 3}}};
    GatedStore store{database_.open_shard(), context.get_executor(), faults};
    service::SessionService& sessions = shards.add(context, store, config_);
};

bool is_allow(const Held::Verdict& verdict) {
    return verdict && std::holds_alternative<core::Allow>(*verdict);
}
bool is_unknown(const Held::Verdict& verdict) {
    const auto* const deny = verdict ? std::get_if<core::Deny>(&*verdict) : nullptr;
    return deny != nullptr && deny->reason == core::Reason::unknown;
}
bool is_unavailable(const Held::Verdict& verdict) {
    return verdict && std::holds_alternative<core::Unavailable>(*verdict);
}

constexpr std::string_view scope = "3f1c9a70b2d4e5866a0f7c1de2934b58";

}  // namespace

TEST_CASE("1,000 requests for one session that overlap are one read, with or without scopes of their own") {
    Held held;
    std::vector<const Held::Verdict*> verdicts;
    for (int i = 0; i < 1000; ++i) {
        const std::string name = "scope-0000000000-" + std::to_string(i);
        verdicts.push_back(i % 2 == 0 ? &held.ask() : &held.ask({.scope = name}));
    }
    CHECK(held.faults.reads == 1);

    held.open();
    for (const auto* verdict : verdicts) CHECK(is_allow(*verdict));
    CHECK(held.faults.reads == 1);
}

TEST_CASE("a deny that was read before a request began is read again for it, once for all of them") {
    Held held;
    const core::Token unknown{a_session(held.shards.clock.wall()).id, core::Secret{{9}}};
    const Held::Verdict& leader = held.ask_with(unknown);
    std::vector<const Held::Verdict*> joiners;
    for (int i = 0; i < 100; ++i) joiners.push_back(&held.ask_with(unknown));
    held.open();

    CHECK(is_unknown(leader));
    CHECK(held.faults.reads == 2);
    for (const auto* joiner : joiners) CHECK(!joiner->has_value());
    held.open();
    for (const auto* joiner : joiners) CHECK(is_unknown(*joiner));
    CHECK(held.faults.reads == 2);
}

TEST_CASE("a read that began before an acknowledged revocation answers nobody who asks after it") {
    Held held;
    service::ValidateOptions options;
    SUBCASE("without a scope") {}
    SUBCASE("in one scope") {
        options.scope = scope;
    }
    SUBCASE("in one scope with reads in coroutines") {
        options.scope = scope;
        held.faults.finds_without_coroutine = false;
    }
    const Held::Verdict& before = held.ask(options);
    Answer<bool> revoked;
    start(held.context, held.sessions.revoke(held.session.id), revoked);
    held.go_on();
    REQUIRE(revoked.result.value().value() == true);

    const Held::Verdict& after = held.ask(options);
    CHECK(held.faults.reads == 2);
    held.open();
    CHECK(is_allow(before));
    CHECK(is_unknown(after));
    const Held::Verdict& later = held.ask(options);
    held.open();
    CHECK(is_unknown(later));
}

TEST_CASE("a renewal whose session was revoked since it was read is a deny") {
    Held held;
    held.shards.clock.advance(held.session.active_period + 1ms);
    const Held::Verdict& renewing = held.ask();
    Answer<bool> revoked;
    start(held.context, held.sessions.revoke(held.session.id), revoked);
    held.go_on();
    REQUIRE(revoked.result.value().value() == true);

    held.open();

    CHECK(is_unknown(renewing));
    CHECK(held.faults.replaced == 0);
    CHECK(held.shards.metrics.renewals.read(static_cast<std::size_t>(ports::Renewal::lost)) == 1);
}

TEST_CASE("a request that waits for another one's read waits no longer than for its own") {
    Held held(50ms);
    const Held::Verdict& leader = held.ask();
    const Held::Verdict& joiner = held.ask();
    held.context.restart();
    while (!joiner) held.context.run_one();

    CHECK(is_unavailable(joiner));
    CHECK(!leader.has_value());
    held.open();
    CHECK(is_allow(leader));
}

TEST_CASE("a leader's time-out is not that of a request which still has time") {
    Held held;
    service::ValidateOptions options;
    SUBCASE("without a scope") {}
    SUBCASE("in one scope") {
        options.scope = scope;
    }
    SUBCASE("in one scope with reads in coroutines") {
        options.scope = scope;
        held.faults.finds_without_coroutine = false;
    }
    const Held::Verdict& leader = held.ask(options);
    const Held::Verdict& joiner = held.ask(options);
    held.open(core::Errc::store_timeout);
    CHECK(is_unavailable(leader));
    CHECK(!joiner.has_value());

    CHECK(held.faults.reads == 2);
    held.open();
    CHECK(is_allow(joiner));
}

TEST_CASE("a store that refuses to work refuses all who wait for one read") {
    Held held;
    const Held::Verdict& leader = held.ask();
    const Held::Verdict& joiner = held.ask();
    held.open(core::Errc::store_unavailable);

    CHECK(is_unavailable(leader));
    CHECK(is_unavailable(joiner));
    CHECK(held.faults.reads == 1);
}

TEST_CASE("a shard that ends with a read under way leaves it to those on other shards who wait for it") {
    Held held;
    auto other = std::make_unique<boost::asio::io_context>();
    StoreFaults faults;
    adapters::MemoryDatabase elsewhere(held.shards.clock);
    GatedStore stuck(elsewhere.open_shard(), other->get_executor(), faults);
    service::SessionService& sessions = held.shards.add(*other, stuck);
    Held::Verdict lost;
    start_ask(*other, ask_service(sessions, held.token, {}, lost));
    other->poll();
    REQUIRE(faults.reads == 1);

    const Held::Verdict& waiting = held.ask();
    CHECK(held.faults.reads == 0);
    other.reset();
    held.go_on();
    CHECK(held.faults.reads == 1);
    held.open();
    CHECK(is_allow(waiting));
}
