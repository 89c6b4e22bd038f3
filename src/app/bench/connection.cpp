#include "app/bench/connection.hpp"

namespace sessgate::app::bench {

void Connection::use(ClientSocket socket) noexcept {
    socket_ = std::move(socket);
    reader_ = {};
    rest_.clear();
    unsent_.clear();
    under_way_ = 0;
    has_answered_ = false;
    is_blocked_ = false;
}

void Connection::ask(const Requests& requests, std::uint64_t number, TimePoint since) {
    requests.append(unsent_, number);
    const std::size_t at = first_ + under_way_;
    since_[at < since_.size() ? at : at - since_.size()] = since;
    ++under_way_;
}

bool Connection::send() {
    const ssize_t sent = socket_.send(unsent_);
    if (sent < 0) return errno == EAGAIN;
    unsent_.erase(0, static_cast<std::size_t>(sent));
    return true;
}

TimePoint Connection::next_since() noexcept {
    const TimePoint since = since_[first_];
    first_ = first_ + 1 == since_.size() ? 0 : first_ + 1;
    --under_way_;
    return since;
}

}  // namespace sessgate::app::bench
