#include "tests/linearizability/actors.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/steady_timer.hpp>

#include "tests/support/asked.hpp"

namespace sessgate::tests {
namespace {

/// Of one session; some room is left for those that are under way when it is full.
constexpr std::size_t operations_max = 40;

/// A number that the checker knows from no history that is right.
constexpr int second_successor = 1000;

Answered answered_of(const core::Verdict& verdict) {
    if (std::holds_alternative<core::Allow>(verdict)) return Answered::allow;
    const auto* const deny = std::get_if<core::Deny>(&verdict);
    if (deny == nullptr) return Answered::failed;
    return deny->reason == core::Reason::superseded ? Answered::superseded : Answered::unknown;
}

void rethrow(std::exception_ptr error) {
    if (error) std::rethrow_exception(error);
}

}  // namespace

Actors::Actors(ServiceShards& shards, const OpenStore& open_store, core::Milliseconds store_deadline)
    : shards_(shards) {
    service::ServiceConfig config;
    config.near_cache_sessions = 16;
    config.store_deadline = store_deadline;
    config.rotation.grace_max = std::chrono::hours(100'000);
    config.defaults = {std::chrono::minutes(5), std::chrono::hours(100'000), std::nullopt};
    for (Shard& shard : loops_) {
        shard.store = open_store(shard.context.get_executor());
        shard.service = &shards.add(shard.context, *shard.store, config);
    }
}

void Actors::run(std::size_t sessions) {
    wanted_ = sessions;
    unsigned seed = 0;
    for (Shard& shard : loops_) {
        for (std::size_t i = 0; i < actors_per_shard; ++i) {
            boost::asio::co_spawn(shard.context, act(shard, ++seed), rethrow);
        }
    }
    std::vector<std::jthread> threads;
    for (Shard& shard : loops_) threads.emplace_back([&] { shard.context.run(); });
}

ports::Task<void> Actors::act(Shard& shard, unsigned seed) {
    std::minstd_rand random(seed);
    const ports::Executor executor = co_await boost::asio::this_coro::executor;
    boost::asio::steady_timer pause(executor);
    const boost::asio::use_awaitable_t<ports::Executor> use_task;
    for (;;) {
        // Without it those who are refused at once would leave nobody else a turn.
        pause.expires_after(std::chrono::microseconds(random() % 2000));
        co_await pause.async_wait(use_task);
        const std::size_t place = random() % open_sessions;
        const OpenPointer open = take(place);
        if (!open) {
            const std::lock_guard lock(mutex_);
            if (finished_.size() >= wanted_) break;
        }
        if (!open) {
            co_await sign_in(shard, place);
            continue;
        }
        int newest = 0;
        {
            const std::lock_guard lock(mutex_);
            newest = static_cast<int>(open->tokens.size()) - 1;
        }
        // Time passes now and then: enough to retire a token, or to be idle.
        if (random() % 6 == 0) shards_.clock.advance(std::chrono::minutes(random() % 2 == 0 ? 2 : 6));
        if (random() % 40 == 0) {
            co_await revoke(shard, open);
        } else {
            const int older = static_cast<int>(random() % 3);
            co_await validate(shard, open, std::max(0, newest - older), random() % 8 != 0);
        }
    }
    shard.context.stop();
}

/// The session at that place; null: there is none, or its history is full.
Actors::OpenPointer Actors::take(std::size_t place) {
    const std::lock_guard lock(mutex_);
    OpenPointer& open = open_[place];
    if (!open || open->begun >= operations_max) return nullptr;
    ++open->begun;
    ++open->under_way;
    return open;
}

ports::Task<void> Actors::sign_in(Shard& shard, std::size_t place) {
    service::NewSession wanted{*core::UserId::parse("somebody"), "{}", std::nullopt, shard.service->config().defaults};
    Operation operation = begin(Asked::create, 0);
    auto issued = co_await shard.service->create(std::move(wanted));
    if (!issued) co_return;
    operation.answered = Answered::done;
    auto open = std::make_shared<Open>();
    open->tokens.push_back(issued->token);
    open->under_way = 1;
    end(open, operation);
    const std::lock_guard lock(mutex_);
    if (!open_[place] || open_[place]->begun >= operations_max) open_[place] = std::move(open);
}

ports::Task<void> Actors::validate(Shard& shard, OpenPointer open, int token, bool renews) {
    service::Credential credential;
    {
        const std::lock_guard lock(mutex_);
        credential.tokens.push_back(open->tokens[static_cast<std::size_t>(token)]);
    }
    service::ValidateOptions options;
    options.renew = renews;
    Operation operation = begin(Asked::validate, token);
    const core::Verdict verdict = co_await tests::asked(*shard.service, std::move(credential), options);
    operation.answered = answered_of(verdict);
    const auto* const allow = std::get_if<core::Allow>(&verdict);
    if (allow != nullptr && allow->replacement) operation.successor = number_of(open, token, *allow->replacement);
    end(open, operation);
}

ports::Task<void> Actors::revoke(Shard& shard, OpenPointer open) {
    const core::SessionId id = open->tokens.front().id;
    Operation operation = begin(Asked::revoke, 0);
    const auto revoked = co_await shard.service->revoke(id);
    operation.answered = !revoked ? Answered::failed : *revoked ? Answered::done : Answered::nothing;
    end(open, operation);
}

Operation Actors::begin(Asked asked, int token) {
    return {asked, token, Answered::failed, std::nullopt, ++now_, 0};
}

/// The number of a successor that was handed out for `token`.
std::optional<int> Actors::number_of(const OpenPointer& open, int token, const core::Token& successor) {
    const std::lock_guard lock(mutex_);
    const auto next = static_cast<std::size_t>(token) + 1;
    if (open->tokens.size() == next) {
        open->tokens.push_back(successor);
        ++rotations_;
    }
    return open->tokens[next] == successor ? token + 1 : second_successor;
}

void Actors::end(const OpenPointer& open, Operation operation) {
    operation.ended = ++now_;
    if (operation.answered == Answered::failed) ++failed_;
    const std::lock_guard lock(mutex_);
    open->history.push_back(operation);
    if (--open->under_way == 0 && open->begun >= operations_max) finished_.push_back(open->history);
}

}  // namespace sessgate::tests
