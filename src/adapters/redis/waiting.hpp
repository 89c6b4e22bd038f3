#pragma once

#include <boost/asio/async_result.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/intrusive/list.hpp>
#include <memory>
#include <utility>
#include <vector>

#include "sessgate/ports/async.hpp"

namespace sessgate::adapters::redis {

/// What runs on an io_context and has to let go of it before it is gone.
class Closable {
public:
    virtual ~Closable() = default;
    virtual void close() noexcept = 0;
};

/// Whoever waits on one io_context for Redis. Owned by the context, as Asio's own services are: when the context goes,
/// first what could answer is closed, then those who wait are destroyed and never called. The context's thread
/// only.
class Waiting final : public boost::asio::execution_context::service {
public:
    static inline boost::asio::execution_context::id id;

    class Entry : public boost::intrusive::list_base_hook<boost::intrusive::link_mode<boost::intrusive::auto_unlink>> {
    public:
        virtual ~Entry() = default;
    };

    explicit Waiting(boost::asio::io_context& context) : boost::asio::execution_context::service(context) {}

    void add(Entry& entry) noexcept { entries_.push_back(entry); }
    void close_first(std::weak_ptr<Closable> closable) { closables_.push_back(std::move(closable)); }

private:
    using Entries = boost::intrusive::list<Entry, boost::intrusive::constant_time_size<false>>;

    void shutdown() noexcept override {
        for (const auto& weak : std::exchange(closables_, {})) {
            if (const auto closable = weak.lock()) closable->close();
        }
        // Destroying one may run anything; each is out of the list before it goes.
        while (!entries_.empty()) delete &entries_.front();
    }

    Entries entries_;
    std::vector<std::weak_ptr<Closable>> closables_;
};

/// Something that waits for a T, such as a coroutine. Owned by Waiting until it is completed.
template <typename T>
class Waiter : public Waiting::Entry {
public:
    /// Goes on with `value`, inside this call, and is gone then.
    virtual void complete(T value) = 0;
};

template <typename T, typename Handler>
class WaiterWith final : public Waiter<T> {
public:
    explicit WaiterWith(Handler handler) : handler_(std::move(handler)) {}

    void complete(T value) override {
        Handler handler = std::move(handler_);
        delete this;
        std::move(handler)(std::move(value));
    }

private:
    Handler handler_;
};

/// Puts the suspended coroutine into the list, then lets `Begin` go on.
template <typename T, typename Begin>
class StartWaiting {
public:
    StartWaiting(Waiting& waiting, Begin& begin) noexcept : waiting_(waiting), begin_(begin) {}

    template <typename Handler>
    void operator()(Handler handler) {
        auto* waiter = new WaiterWith<T, Handler>(std::move(handler));
        waiting_.add(*waiter);
        begin_(*waiter);
    }

private:
    Waiting& waiting_;
    Begin& begin_;
};

/// Suspends, then calls `begin(waiter)`, which must see to it that the waiter is completed later and never inside.
template <typename T, typename Begin>
ports::Task<T> wait_for(Waiting& waiting, Begin begin) {
    using Token = boost::asio::use_awaitable_t<ports::Executor>;
    Token token;
    StartWaiting<T, Begin> start(waiting, begin);
    T value = co_await boost::asio::async_initiate<Token, void(T)>(start, token);
    co_return value;
}

}  // namespace sessgate::adapters::redis
