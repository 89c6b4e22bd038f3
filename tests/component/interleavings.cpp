#include <doctest/doctest.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <random>
#include <set>
#include <thread>

#include "sessgate/adapters/lmdb_store.hpp"
#include "sessgate/adapters/memory_store.hpp"
#include "tests/support/asked.hpp"
#include "tests/support/failing_store.hpp"
#include "tests/support/folder.hpp"
#include "tests/support/service_shards.hpp"

using namespace sessgate;
using namespace sessgate::tests;
using namespace std::chrono_literals;

// Browsers, sign-outs and user changes at random over several shards, each a thread, on one store. Every answer is held
// against what was acknowledged before its request began.

namespace {

constexpr std::size_t shard_count = 4;
constexpr std::size_t actor_count = 12;
constexpr std::size_t browser_count = 24;
constexpr auto grace = 200ms;

/// Lets others go first now and then, before a call of the store and after it.
class YieldingStore final : public FailingStore {
public:
    using FailingStore::FailingStore;

    ports::Async<std::optional<core::SessionRecord>> find(core::SessionId id) override {
        co_await yield();
        auto found = co_await FailingStore::find(id);
        co_await yield();
        co_return std::move(found);
    }
    ports::Async<ports::Replaced> replace(core::SessionRecord expected, core::SessionRecord desired) override {
        co_await yield();
        const auto outcome = co_await FailingStore::replace(std::move(expected), std::move(desired));
        co_await yield();
        if (!outcome) co_return outcome.error();
        co_return *outcome;
    }
    ports::Async<bool> revoke(core::SessionId id) override {
        co_await yield();
        const auto revoked = co_await FailingStore::revoke(id);
        co_await yield();
        if (!revoked) co_return revoked.error();
        co_return *revoked;
    }

private:
    ports::Task<void> yield() {
        const ports::Executor executor = co_await boost::asio::this_coro::executor;
        const boost::asio::use_awaitable_t<ports::Executor> use_task;
        for (auto turns = random_() % 3; turns > 0; --turns) co_await boost::asio::post(executor, use_task);
    }

    std::minstd_rand random_;
};

/// Moves the clock in small steps, and never far while a request is under way: one that takes longer than the grace may
/// find its token retired, which is no mistake.
class Time {
public:
    explicit Time(ManualClock& clock) : clock_(clock) {}

    /// The step in which a request begins; nullopt: it has to wait for those that are under way since two steps ago.
    std::optional<int> begin(bool moves_on) {
        const std::lock_guard lock(mutex_);
        is_due_ = is_due_ || moves_on;
        if (is_due_ && !under_way_.empty() && *under_way_.begin() < step_ - 1) return std::nullopt;
        if (std::exchange(is_due_, false)) {
            ++step_;
            clock_.advance(grace / 4);
        }
        return *under_way_.insert(step_);
    }

    void end(int step) {
        const std::lock_guard lock(mutex_);
        under_way_.erase(under_way_.find(step));
    }

private:
    ManualClock& clock_;
    std::mutex mutex_;
    std::multiset<int> under_way_;
    int step_ = 0;
    bool is_due_ = false;
};

/// What one browser holds and what was acknowledged about its session. Behind a mutex: its requests overlap.
struct Browser {
    std::mutex mutex;
    std::optional<core::Token> jar;
    std::optional<core::UserId> user;
    int sign_in = 0;         ///< counts sign-ins, so that an answer for an earlier session is not taken for this one's
    bool is_ending = false;  ///< a revocation was asked for
    bool is_ended = false;   ///< it was acknowledged
    bool is_changing = false;  ///< one change of the user at a time
    int acknowledged = 0;      ///< the user's attribute `n`, as the last acknowledged change set it
};

/// A look at a browser when a request begins.
struct Sent {
    core::Token token;
    int sign_in;
    bool is_ended;
    int acknowledged;
};

struct Figures {
    std::atomic<int> operations = 0;
    std::atomic<int> renewals = 0;
    std::atomic<int> revocations = 0;
    std::atomic<int> changes = 0;
    std::atomic<int> kept = 0;  ///< answers from memory alone
    std::atomic<int> stale_allows = 0;
    std::atomic<int> lost_attributes = 0;
    std::atomic<int> wrong_denies = 0;
    std::atomic<int> wrong_scopes = 0;
    std::atomic<int> failures = 0;
};

/// What all actors share.
struct World {
    ServiceShards shards;
    Time time{shards.clock};
    std::array<Browser, browser_count> browsers;
    Figures figures;
    int operations_max = 0;
};

int number_in(std::string_view attributes) {
    const auto colon = attributes.find(':');
    return colon == std::string_view::npos ? 0 : std::atoi(std::string(attributes.substr(colon + 1)).c_str());
}

/// One stream of operations on one shard.
class Actor {
public:
    Actor(World& world, service::SessionService& sessions, unsigned seed)
        : world_(world), figures_(world.figures), sessions_(sessions), random_(seed) {}

    ports::Task<void> run() {
        while (figures_.operations.fetch_add(1) < world_.operations_max) {
            Browser& browser = world_.browsers[below(browser_count)];
            const int step = co_await begin();
            co_await one_of_them(browser, below(80));
            world_.time.end(step);
        }
    }

private:
    std::size_t below(std::size_t limit) { return random_() % limit; }

    ports::Task<int> begin() {
        const ports::Executor executor = co_await boost::asio::this_coro::executor;
        const boost::asio::use_awaitable_t<ports::Executor> use_task;
        auto step = world_.time.begin(below(10) == 0);
        while (!step) {
            co_await boost::asio::post(executor, use_task);
            step = world_.time.begin(false);
        }
        co_return *step;
    }

    ports::Task<void> one_of_them(Browser& browser, std::size_t number) {
        if (number == 0) {
            co_await sign_out(browser);
        } else if (number < 5) {
            co_await change_user(browser);
        } else if (number < 15) {
            co_await set_session(browser);
        } else {
            co_await browse(browser);
        }
    }

    std::optional<Sent> look(Browser& browser) {
        const std::lock_guard lock(browser.mutex);
        if (!browser.jar) return std::nullopt;
        return Sent{*browser.jar, browser.sign_in, browser.is_ended, browser.acknowledged};
    }

    ports::Task<void> sign_in(Browser& browser) {
        const std::string name = "user-" + std::to_string(figures_.operations) + "-" + std::to_string(random_());
        service::NewSession wanted{.user = *core::UserId::parse(name), .user_attributes = R"({"n":1})", .periods = {}};
        wanted.periods = {5 * grace, std::chrono::hours(1), std::nullopt};
        wanted.attributes = R"({"device":"laptop"})";
        const auto issued = co_await sessions_.create(std::move(wanted));
        if (!issued) {
            ++figures_.failures;
            co_return;
        }
        const std::lock_guard lock(browser.mutex);
        if (browser.jar) co_return;  // another request of this browser signed in first
        browser.jar = issued->token;
        browser.user = issued->session.user;
        ++browser.sign_in;
        browser.is_ending = browser.is_ended = false;
        browser.acknowledged = 1;
    }

    /// A request of the browser; often two with one scope.
    ports::Task<void> browse(Browser& browser) {
        const std::optional<Sent> sent = look(browser);
        if (!sent) co_return co_await sign_in(browser);
        const std::string scope = below(2) == 0 ? "" : "scope-000000000-" + std::to_string(below(50));
        service::ValidateOptions options;
        options.renew = below(8) != 0;
        options.scope = scope;
        const core::Verdict verdict = co_await ask(sent->token, options);
        judge(browser, *sent, verdict);
        if (below(8) == 0) forget_ended(browser);
    }

    /// As the endpoints do: from memory where the answer is known, and else in full.
    ports::Task<core::Verdict> ask(core::Token token, service::ValidateOptions options) {
        std::string text;
        core::append_token(text, token);
        if (const service::KeptSession* const kept = sessions_.kept(text, options, sessions_.now())) {
            ++figures_.kept;
            const core::Allow allow{kept->session, core::SessionState::active, false, token, std::nullopt, false};
            co_return allow;
        }
        service::Credential credential;
        credential.tokens.push_back(token);
        co_return co_await asked(sessions_, std::move(credential), options);
    }

    void judge(Browser& browser, const Sent& sent, const core::Verdict& verdict) {
        if (std::holds_alternative<core::Unavailable>(verdict)) ++figures_.failures;
        const std::lock_guard lock(browser.mutex);
        const bool is_still_its_session = browser.sign_in == sent.sign_in;
        if (const auto* allow = std::get_if<core::Allow>(&verdict)) {
            if (sent.is_ended) ++figures_.stale_allows;
            const core::SessionRecord& session = *allow->session;
            const bool is_whole = session.attributes == R"({"device":"laptop"})" && session.user_copy &&
                                  number_in(session.user_copy->attributes) >= sent.acknowledged;
            if (!is_whole) ++figures_.lost_attributes;
            if (allow->fresh) ++figures_.renewals;
            if (is_still_its_session && allow->replacement) take_cookie(browser, *allow->replacement);
        } else if (is_still_its_session && !browser.is_ending) {
            ++figures_.wrong_denies;
        }
    }

    /// Every third Set-Cookie is lost, and one that comes behind a newer one puts an older token back.
    void take_cookie(Browser& browser, const core::Token& token) {
        if (below(3) != 0) browser.jar = token;
    }

    void forget_ended(Browser& browser) {
        const std::lock_guard lock(browser.mutex);
        if (browser.is_ended) browser.jar.reset();
    }

    ports::Task<void> sign_out(Browser& browser) {
        std::optional<core::UserId> user;
        std::optional<core::SessionId> id;
        {
            const std::lock_guard lock(browser.mutex);
            if (!browser.jar || browser.is_ending) co_return;
            browser.is_ending = true;
            user = browser.user;
            id = browser.jar->id;
        }
        bool is_done = false;
        if (below(2) == 0) {
            const auto revoked = co_await sessions_.revoke(*id);
            is_done = revoked.has_value();
        } else {
            const auto revoked = co_await sessions_.revoke_all(*user, std::nullopt);
            is_done = revoked.has_value();
        }
        if (!is_done) ++figures_.failures;
        ++figures_.revocations;
        const std::lock_guard lock(browser.mutex);
        browser.is_ended = is_done;
    }

    ports::Task<void> change_user(Browser& browser) {
        std::optional<core::UserId> user;
        int number = 0;
        int sign_in = 0;
        {
            const std::lock_guard lock(browser.mutex);
            if (!browser.jar || browser.is_changing) co_return;
            browser.is_changing = true;
            user = browser.user;
            number = browser.acknowledged + 1;
            sign_in = browser.sign_in;
        }
        const auto put = co_await sessions_.put_user(*user, R"({"n":)" + std::to_string(number) + "}");
        if (!put) ++figures_.failures;
        ++figures_.changes;
        const std::lock_guard lock(browser.mutex);
        browser.is_changing = false;
        if (put && browser.sign_in == sign_in) browser.acknowledged = number;
    }

    /// `/set-session` in a scope of its own, and what the scope says afterwards.
    ports::Task<void> set_session(Browser& browser) {
        Browser& other = world_.browsers[below(browser_count)];
        const std::optional<Sent> sent = look(browser);
        const std::optional<Sent> wanted = look(other);
        if (!sent || !wanted) co_return;
        const std::string scope = "own-scope-" + std::to_string(random_()) + std::to_string(random_());
        service::Credential credential;
        credential.tokens.push_back(sent->token);
        const bool is_null = below(3) == 0;
        const auto token = is_null ? std::nullopt : std::optional(wanted->token);
        if (!sessions_.set_in_scope(credential, scope, token)) ++figures_.wrong_scopes;

        service::ValidateOptions options;
        options.scope = scope;
        options.heeds_set_session = true;
        const core::Verdict verdict = co_await ask(sent->token, options);
        const auto* const allow = std::get_if<core::Allow>(&verdict);
        if (is_null) {
            if (allow != nullptr) ++figures_.wrong_scopes;
        } else {
            if (allow != nullptr && allow->session->id != wanted->token.id) ++figures_.wrong_scopes;
            judge(other, *wanted, verdict);
        }
    }

    World& world_;
    Figures& figures_;
    service::SessionService& sessions_;
    std::mt19937 random_;
};

/// Runs `operations` of all actors on all shards; `open_shard` gives each its store.
template <typename OpenShard>
void run_interleaved(World& world, int operations, OpenShard open_shard) {
    world.operations_max = operations;
    std::array<boost::asio::io_context, shard_count> contexts;
    std::array<StoreFaults, shard_count> faults;
    std::vector<std::unique_ptr<ports::SessionStore>> stores;
    std::vector<std::unique_ptr<Actor>> actors;
    service::ServiceConfig config;
    config.rotation.grace = grace;
    config.near_cache_sessions = 64;
    config.store_deadline = std::chrono::seconds(60);  // none of these is about deadlines
    for (std::size_t i = 0; i < shard_count; ++i) {
        stores.push_back(std::make_unique<YieldingStore>(open_shard(contexts[i].get_executor()),
                                                         contexts[i].get_executor(), faults[i]));
        service::SessionService& sessions = world.shards.add(contexts[i], *stores.back(), config);
        for (std::size_t n = 0; n < actor_count / shard_count; ++n) {
            const auto seed = static_cast<unsigned>(actors.size() + 1);
            actors.push_back(std::make_unique<Actor>(world, sessions, seed));
            boost::asio::co_spawn(contexts[i], actors.back()->run(), [&](std::exception_ptr error) {
                if (error) ++world.figures.failures;
            });
        }
    }
    std::vector<std::jthread> threads;
    for (auto& context : contexts) threads.emplace_back([&context] { context.run(); });
}

void check(const Figures& figures) {
    CHECK(figures.stale_allows.load() == 0);
    CHECK(figures.lost_attributes.load() == 0);
    CHECK(figures.wrong_denies.load() == 0);
    CHECK(figures.wrong_scopes.load() == 0);
    CHECK(figures.failures.load() == 0);
    // So that what is to be raced did happen.
    CHECK(figures.renewals.load() > figures.operations.load() / 500);
    CHECK(figures.revocations.load() > figures.operations.load() / 200);
    CHECK(figures.changes.load() > figures.operations.load() / 100);
    MESSAGE("operations " << figures.operations.load() << ", renewals " << figures.renewals.load() << ", revocations "
                          << figures.revocations.load() << ", user changes " << figures.changes.load()
                          << ", from memory " << figures.kept.load());
}

}  // namespace

TEST_CASE("100,000 random steps over four shards answer nothing stale, lose nothing and deny no honest browser") {
    World world;
    adapters::MemoryDatabase database(world.shards.clock);
    run_interleaved(world, 100'000, [&](const ports::Executor&) { return database.open_shard(); });

    check(world.figures);
}

TEST_CASE(
    "10,000 random steps on the embedded store with near-caches answer nothing stale and deny no honest browser") {
    World world;
    const TemporaryFolder folder;
    adapters::LmdbSettings settings;
    settings.folder = folder.path() / "data";
    settings.deadline = std::chrono::seconds(60);
    auto database = *adapters::LmdbDatabase::open(settings, core::RecordCodec(), world.shards.clock, world.shards.log);
    run_interleaved(world, 10'000, [&](const ports::Executor& executor) { return database->open_shard(executor); });

    CHECK(world.figures.kept.load() > 0);
    check(world.figures);
}
