#pragma once

#include <boost/asio/async_result.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <map>
#include <memory>
#include <mutex>
#include <vector>

#include "sessgate/core/time.hpp"
#include "sessgate/ports/async.hpp"

namespace sessgate::ports {

template <typename T>
class PendingCalls;

/// Carries answers from other threads to the calls that wait on one io_context. Outlives that context while somebody
/// holds it; what comes after the context was shut down is dropped. Any thread.
template <typename T>
class Mailbox {
public:
    Mailbox(PendingCalls<T>& reader, const Executor& executor) noexcept : reader_(reader), executor_(executor) {}

    /// The answer to the call with this ticket. One post for all answers that the context has not taken yet.
    void deliver(std::uint64_t ticket, core::Result<T> answer) {
        // Posted under the lock: `close` waits for it, so the context is still there.
        const std::lock_guard lock(mutex_);
        if (closed_) return;
        answers_.push_back({ticket, std::move(answer)});
        if (answers_.size() == 1) boost::asio::post(executor_, [&reader = reader_] { reader.take_answers(); });
    }

private:
    friend class PendingCalls<T>;

    struct Answer {
        std::uint64_t ticket;
        core::Result<T> answer;
    };

    std::vector<Answer> take() {
        const std::lock_guard lock(mutex_);
        return std::exchange(answers_, {});
    }

    void close() {
        const std::lock_guard lock(mutex_);
        closed_ = true;
    }

    PendingCalls<T>& reader_;
    Executor executor_;
    std::mutex mutex_;
    std::vector<Answer> answers_;
    bool closed_ = false;
};

/// Calls on one io_context whose answers come from other threads. Owned by the context, as Asio's own services are:
/// when the context goes, the waiting coroutines are destroyed with it and never resumed. The context's thread only.
template <typename T>
class PendingCalls final : public boost::asio::execution_context::service {
public:
    static inline boost::asio::execution_context::id id;

    /// Those of `executor`'s context.
    static PendingCalls& on(const Executor& executor) {
        return boost::asio::use_service<PendingCalls>(executor.context());
    }

    explicit PendingCalls(boost::asio::io_context& context)
        : boost::asio::execution_context::service(context),
          context_(context),
          timer_(context),
          mailbox_(std::make_shared<Mailbox<T>>(*this, context.get_executor())) {}

    /// `handler` is called once, on the context's thread: with the answer to the returned ticket, or with
    /// Errc::store_timeout when none was delivered by `deadline`; the answer is then dropped.
    template <typename Handler>
    std::uint64_t add(Handler handler, core::SteadyTime deadline) {
        std::unique_ptr<Waiter> waiter(new WaiterWith<Handler>(context_, std::move(handler)));
        pending_.emplace(++last_ticket_, Pending{deadline, std::move(waiter)});
        if (!wakes_at_ || deadline < *wakes_at_) wake_at(deadline);
        return last_ticket_;
    }

    /// Suspends the caller, then calls `start(ticket)`, which sees to it that an answer to that ticket is delivered to
    /// the mailbox.
    template <typename Start>
    Async<T> wait(core::SteadyTime deadline, Start start) {
        boost::asio::use_awaitable_t<Executor> awaited;
        const auto begin = [&](auto handler) { start(add(std::move(handler), deadline)); };
        core::Result<T> answer =
            co_await boost::asio::async_initiate<boost::asio::use_awaitable_t<Executor>, void(core::Result<T>)>(
                begin, awaited);
        co_return answer;
    }

    const std::shared_ptr<Mailbox<T>>& mailbox() const noexcept { return mailbox_; }

private:
    friend class Mailbox<T>;

    class Waiter {
    public:
        // Without it a context with nothing else to do would stop running before the answer came.
        explicit Waiter(boost::asio::io_context& context) : work_(context.get_executor()) {}
        virtual ~Waiter() = default;
        virtual void complete(core::Result<T> answer) = 0;

    private:
        boost::asio::executor_work_guard<Executor> work_;
    };

    template <typename Handler>
    class WaiterWith final : public Waiter {
    public:
        WaiterWith(boost::asio::io_context& context, Handler handler) : Waiter(context), handler_(std::move(handler)) {}
        void complete(core::Result<T> answer) override { std::move(handler_)(std::move(answer)); }

    private:
        Handler handler_;
    };

    struct Pending {
        core::SteadyTime deadline;
        std::unique_ptr<Waiter> waiter;
    };

    void shutdown() noexcept override {
        mailbox_->close();
        timer_.cancel();
        // Destroying a coroutine may run anything; none of it may find this map half empty.
        const auto pending = std::exchange(pending_, {});
    }

    /// One timer for all: it is set for the earliest deadline and moved only when it fires, not at each answer.
    void wake_at(core::SteadyTime deadline) {
        wakes_at_ = deadline;
        timer_.expires_at(deadline);
        timer_.async_wait([this](const boost::system::error_code& error) {
            if (!error) give_up_late_ones();
        });
    }

    void give_up_late_ones() {
        wakes_at_.reset();
        const auto now = core::SteadyTime::clock::now();
        std::vector<std::uint64_t> late;
        std::optional<core::SteadyTime> next;
        for (const auto& [ticket, pending] : pending_) {
            if (pending.deadline <= now) {
                late.push_back(ticket);
            } else {
                next = std::min(next.value_or(pending.deadline), pending.deadline);
            }
        }
        if (next) wake_at(*next);
        for (const std::uint64_t ticket : late) complete(ticket, core::Errc::store_timeout);
    }

    void take_answers() {
        for (auto& [ticket, answer] : mailbox_->take()) complete(ticket, std::move(answer));
        if (pending_.empty() && wakes_at_) {
            timer_.cancel();
            wakes_at_.reset();
        }
    }

    /// Does nothing for a ticket that was given up. The coroutine runs inside and may make calls of its own.
    void complete(std::uint64_t ticket, core::Result<T> answer) {
        auto done = pending_.extract(ticket);
        if (!done.empty()) done.mapped().waiter->complete(std::move(answer));
    }

    boost::asio::io_context& context_;
    boost::asio::steady_timer timer_;
    std::optional<core::SteadyTime> wakes_at_;
    std::shared_ptr<Mailbox<T>> mailbox_;
    std::map<std::uint64_t, Pending> pending_;
    std::uint64_t last_ticket_ = 0;
};

}  // namespace sessgate::ports
