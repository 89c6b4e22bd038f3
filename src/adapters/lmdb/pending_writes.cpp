#include "adapters/lmdb/pending_writes.hpp"

#include <algorithm>

namespace sessgate::adapters::lmdb {

PendingWrites::PendingWrites(boost::asio::io_context& context)
    : boost::asio::execution_context::service(context),
      context_(context),
      timer_(context),
      mailbox_(std::make_shared<Mailbox>(*this, context.get_executor())) {}

void PendingWrites::shutdown() noexcept {
    mailbox_->close();
    timer_.cancel();
    // Destroying a coroutine may run anything; none of it may find this map half empty.
    const auto pending = std::exchange(pending_, {});
}

std::uint64_t PendingWrites::add(std::unique_ptr<Waiter> waiter, core::SteadyTime deadline) {
    pending_.emplace(++last_ticket_, Pending{deadline, std::move(waiter)});
    if (!wakes_at_ || deadline < *wakes_at_) wake_at(deadline);
    return last_ticket_;
}

/// One timer for all: it is set for the earliest deadline and moved only when it fires, not at each answer.
void PendingWrites::wake_at(core::SteadyTime deadline) {
    wakes_at_ = deadline;
    timer_.expires_at(deadline);
    timer_.async_wait([this](const boost::system::error_code& error) {
        if (!error) give_up_late_ones();
    });
}

void PendingWrites::give_up_late_ones() {
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

void PendingWrites::take_answers() {
    for (const WriteAnswer& answer : mailbox_->take()) complete(answer.ticket, answer.outcome);
    if (pending_.empty() && wakes_at_) {
        timer_.cancel();
        wakes_at_.reset();
    }
}

/// Does nothing for a ticket that was given up. The coroutine runs inside and may add writes of its own.
void PendingWrites::complete(std::uint64_t ticket, WriteOutcome outcome) {
    auto done = pending_.extract(ticket);
    if (!done.empty()) done.mapped().waiter->complete(outcome);
}

}  // namespace sessgate::adapters::lmdb
