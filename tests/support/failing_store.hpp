#pragma once

#include <atomic>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "sessgate/app/run.hpp"

namespace sessgate::tests {

/// What a failing store does now; the test changes it while the program runs.
struct StoreFaults {
    std::atomic<bool> finds_without_coroutine = true;
    std::atomic<bool> reads_fail = false;
    std::atomic<bool> writes_fail = false;
    std::atomic<bool> may_fail_over = false;      ///< successors have to be with replicas to be safe
    std::atomic<bool> replicas_are_away = false;  ///< and are not
    std::atomic<core::Errc> error = core::Errc::store_unavailable;
    std::atomic<int> reads = 0;         ///< how often `find` was asked
    std::atomic<int> read_ms = 0;       ///< how long it takes each `find` to come to the store
    std::atomic<int> answer_ms = 0;     ///< and what it found there, to come back
    std::atomic<int> slow_reads = 0;    ///< how many of those are being waited for, or were
    std::atomic<int> slow_answers = 0;  ///< how many of those have seen the store
    std::atomic<int> replaced = 0;      ///< sessions that were renewed, promoted or otherwise written over
};

/// A store that answers as the real one behind it, until it is told to fail.
class FailingStore : public ports::SessionStore {
public:
    FailingStore(std::unique_ptr<ports::SessionStore> real, const ports::Executor& executor, StoreFaults& faults)
        : real_(std::move(real)), executor_(executor), faults_(faults) {}

    ports::Async<std::optional<core::SessionRecord>> find(core::SessionId id) override {
        ++faults_.reads;
        if (faults_.read_ms > 0 || faults_.answer_ms > 0) return slow_find(id);
        return faults_.reads_fail ? failure<std::optional<core::SessionRecord>>() : real_->find(id);
    }
    bool finds_without_coroutine() const noexcept override { return faults_.finds_without_coroutine; }
    bool begin_find(const core::SessionId& id, std::unique_ptr<ports::FindCall> call) override {
        auto tell = [call = std::move(call)](const std::exception_ptr& error, auto found) {
            if (error) std::rethrow_exception(error);
            call->found(ports::shared(std::move(found)));
        };
        boost::asio::co_spawn(executor_, find(id), std::move(tell));
        return true;
    }
    ports::Async<ports::Created> create(core::SessionRecord session) override {
        return faults_.writes_fail ? failure<ports::Created>() : real_->create(std::move(session));
    }
    ports::Async<ports::Replaced> replace(core::SessionRecord expected, core::SessionRecord desired) override {
        return faults_.writes_fail ? failure<ports::Replaced>()
                                   : replicated_replace(std::move(expected), std::move(desired));
    }
    ports::Async<bool> revoke(core::SessionId id) override {
        return faults_.writes_fail ? failure<bool>() : real_->revoke(id);
    }
    ports::Async<ports::SessionPage> sessions_of(core::UserId user, std::optional<core::SessionId> after,
                                                 std::size_t limit) override {
        return faults_.reads_fail ? failure<ports::SessionPage>() : real_->sessions_of(std::move(user), after, limit);
    }
    ports::Async<std::size_t> revoke_all(core::UserId user, std::optional<core::SessionId> except) override {
        return faults_.writes_fail ? failure<std::size_t>() : real_->revoke_all(std::move(user), except);
    }
    ports::Async<std::size_t> revoke_everything() override {
        return faults_.writes_fail ? failure<std::size_t>() : real_->revoke_everything();
    }
    ports::Async<ports::StorePart> part(std::string at) override {
        return faults_.reads_fail ? failure<ports::StorePart>() : real_->part(std::move(at));
    }
    ports::Async<std::optional<core::UserRecord>> find_user(core::UserId id) override {
        return faults_.reads_fail ? failure<std::optional<core::UserRecord>>() : real_->find_user(std::move(id));
    }
    ports::Async<ports::Replaced> replace_user(std::optional<core::UserRecord> expected,
                                               core::UserRecord desired) override {
        return faults_.writes_fail ? failure<ports::Replaced>()
                                   : real_->replace_user(std::move(expected), std::move(desired));
    }
    ports::Async<bool> remove_user(core::UserId id) override {
        return faults_.writes_fail ? failure<bool>() : real_->remove_user(std::move(id));
    }
    std::optional<std::uint64_t> version_of(const core::SessionId& id) const noexcept override {
        return real_->version_of(id);
    }
    bool tells_versions() const noexcept override { return real_->tells_versions(); }
    bool may_take_back() const noexcept override { return faults_.may_fail_over; }
    ports::Async<void> check() override { return faults_.reads_fail ? failure<void>() : real_->check(); }

private:
    ports::Async<ports::Replaced> replicated_replace(core::SessionRecord expected, core::SessionRecord desired) {
        const bool is_safe = !desired.next || !faults_.replicas_are_away;
        // Nothing is written then, so that nobody's memory of the session is outdated.
        if (expected == desired && !is_safe) co_return core::Errc::store_timeout;
        const auto outcome = co_await counted_replace(std::move(expected), std::move(desired));
        if (!outcome) co_return outcome.error();
        if (!is_safe) co_return core::Errc::store_timeout;
        co_return *outcome;
    }

    ports::Async<ports::Replaced> counted_replace(core::SessionRecord expected, core::SessionRecord desired) {
        const auto outcome = co_await real_->replace(std::move(expected), std::move(desired));
        if (!outcome) co_return outcome.error();
        if (*outcome == ports::Replaced::replaced) ++faults_.replaced;
        co_return *outcome;
    }

    ports::Async<std::optional<core::SessionRecord>> slow_find(core::SessionId id) {
        ++faults_.slow_reads;
        co_await sleep(faults_.read_ms);
        const auto found = co_await real_->find(id);
        const int answer_ms = faults_.answer_ms;
        ++faults_.slow_answers;
        co_await sleep(answer_ms);
        co_return found;
    }

    ports::Task<void> sleep(int milliseconds) {
        if (milliseconds == 0) co_return;
        boost::asio::steady_timer timer(executor_, core::Milliseconds(milliseconds));
        const boost::asio::use_awaitable_t<ports::Executor> use_task;
        co_await timer.async_wait(use_task);
    }

    template <typename T>
    ports::Async<T> failure() {
        co_return faults_.error.load();
    }

    std::unique_ptr<ports::SessionStore> real_;
    ports::Executor executor_;
    StoreFaults& faults_;
};

/// Puts a failing store before each shard's real one.
class FailingHandle final : public app::StoreHandle {
public:
    FailingHandle(std::unique_ptr<app::StoreHandle> real, StoreFaults& faults)
        : real_(std::move(real)), faults_(faults) {}
    std::unique_ptr<ports::SessionStore> open_shard(const ports::Executor& executor) override {
        return std::make_unique<FailingStore>(real_->open_shard(executor), executor, faults_);
    }
    ports::StoreState state() const override { return real_->state(); }

private:
    std::unique_ptr<app::StoreHandle> real_;
    StoreFaults& faults_;
};

}  // namespace sessgate::tests
