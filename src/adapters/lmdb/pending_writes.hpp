#pragma once

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <map>
#include <memory>

#include "adapters/lmdb/mailbox.hpp"

namespace sessgate::adapters::lmdb {

/// Whoever waits on one io_context for a write. Owned by the context, as Asio's own services are: when the context
/// goes, the waiting coroutines are destroyed with it and never resumed. The context's thread only.
class PendingWrites final : public boost::asio::execution_context::service {
public:
    static inline boost::asio::execution_context::id id;

    explicit PendingWrites(boost::asio::io_context& context);

    /// `handler` is called once, on the context's thread: with the answer to the returned ticket, or with
    /// Errc::store_timeout when none came by `deadline`; the answer is then dropped.
    template <typename Handler>
    std::uint64_t add(Handler handler, core::SteadyTime deadline) {
        return add(std::unique_ptr<Waiter>(new WaiterWith<Handler>(context_, std::move(handler))), deadline);
    }

    const std::shared_ptr<Mailbox>& mailbox() const noexcept { return mailbox_; }

    void take_answers();

private:
    class Waiter {
    public:
        // Without it a context with nothing else to do would stop running before the answer came.
        explicit Waiter(boost::asio::io_context& context) : work_(context.get_executor()) {}
        virtual ~Waiter() = default;
        virtual void complete(WriteOutcome outcome) = 0;

    private:
        boost::asio::executor_work_guard<ports::Executor> work_;
    };

    template <typename Handler>
    class WaiterWith final : public Waiter {
    public:
        WaiterWith(boost::asio::io_context& context, Handler handler) : Waiter(context), handler_(std::move(handler)) {}
        void complete(WriteOutcome outcome) override { std::move(handler_)(outcome); }

    private:
        Handler handler_;
    };

    struct Pending {
        core::SteadyTime deadline;
        std::unique_ptr<Waiter> waiter;
    };

    void shutdown() noexcept override;
    std::uint64_t add(std::unique_ptr<Waiter> waiter, core::SteadyTime deadline);
    void wake_at(core::SteadyTime deadline);
    void give_up_late_ones();
    void complete(std::uint64_t ticket, WriteOutcome outcome);

    boost::asio::io_context& context_;
    boost::asio::steady_timer timer_;
    std::optional<core::SteadyTime> wakes_at_;
    std::shared_ptr<Mailbox> mailbox_;
    std::map<std::uint64_t, Pending> pending_;
    std::uint64_t last_ticket_ = 0;
};

}  // namespace sessgate::adapters::lmdb
