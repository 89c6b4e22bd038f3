#include "adapters/redis/transactions.hpp"

#include <boost/asio/post.hpp>

namespace sessgate::adapters::redis {

Transactions::Transactions(boost::asio::io_context& context, const Target& target, std::shared_ptr<Counts> counts)
    : context_(context),
      waiting_(boost::asio::use_service<Waiting>(context)),
      target_(target),
      counts_(std::move(counts)),
      timer_(context) {}

ports::Task<Transactions::Lease> Transactions::begin(core::SteadyTime deadline) {
    const auto self = shared_from_this();
    if (is_stopped_) co_return Lease();
    ConnectionPointer connection = take_free();
    if (!connection && line_.size() < line_max) {
        const auto begin = [&](Waiter<ConnectionPointer>& waiter) {
            line_.push_back({deadline, &waiter});
            wake_at(deadline);
        };
        const CountedIn waits(counts_, &Counts::waiting);
        connection = co_await wait_for<ConnectionPointer>(waiting_, begin);
    }
    if (!connection) co_return Lease();
    co_return Lease(self, std::move(connection));
}

/// One that is free, else a new one while there may be more.
Transactions::ConnectionPointer Transactions::take_free() {
    if (!free_.empty()) {
        ConnectionPointer connection = std::move(free_.back());
        free_.pop_back();
        return connection;
    }
    if (all_.size() == connections_max) return nullptr;
    all_.push_back(std::make_shared<Connection>(context_, target_, nullptr));
    ++counts_->transactions;
    all_.back()->start();
    return all_.back();
}

void Transactions::give_back(ConnectionPointer connection) {
    if (is_stopped_) return;
    free_.push_back(std::move(connection));
    // Behind whoever gives it back, who is still inside a call.
    boost::asio::post(context_, [weak = weak_from_this()] {
        if (const auto self = weak.lock()) self->serve_line();
    });
}

void Transactions::serve_line() {
    while (!line_.empty() && !free_.empty()) {
        Waiter<ConnectionPointer>* const first = line_.front().waiter;
        line_.pop_front();
        first->complete(take_free());
    }
}

void Transactions::wake_at(core::SteadyTime time) {
    if (!timer_ || (wakes_at_ && *wakes_at_ <= time)) return;
    wakes_at_ = time;
    timer_->expires_at(time);
    timer_->async_wait([weak = weak_from_this()](const boost::system::error_code& error) {
        const auto self = error ? nullptr : weak.lock();
        if (self) self->leave_line_when_late();
    });
}

/// The line is not in the order of deadlines: an operation's second transaction comes with what its first one left.
void Transactions::leave_line_when_late() {
    wakes_at_.reset();
    const auto now = core::SteadyTime::clock::now();
    std::deque<InLine> late;
    std::deque<InLine> others;
    for (const InLine& place : line_) (place.deadline <= now ? late : others).push_back(place);
    line_ = std::move(others);
    for (const InLine& place : line_) wake_at(place.deadline);
    for (const InLine& place : late) place.waiter->complete(nullptr);
}

void Transactions::stop() {
    const auto self = shared_from_this();
    is_stopped_ = true;
    timer_.reset();
    free_.clear();
    counts_->transactions -= all_.size();
    for (const ConnectionPointer& connection : std::exchange(all_, {})) connection->stop();
    for (const InLine& place : std::exchange(line_, {})) place.waiter->complete(nullptr);
}

void Transactions::abandon() noexcept {
    is_stopped_ = true;
    timer_.reset();
    free_.clear();
    line_.clear();
    for (const ConnectionPointer& connection : std::exchange(all_, {})) connection->abandon();
}

}  // namespace sessgate::adapters::redis
