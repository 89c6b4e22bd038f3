#include "http/turns.hpp"

#include <algorithm>
#include <boost/asio/post.hpp>

#include "http/connection.hpp"

namespace sessgate::http {

Turns::Turns(boost::asio::io_context& context, const ports::Clock& clock) noexcept : context_(context), clock_(clock) {}
Turns::~Turns() = default;

void Turns::add(boost::intrusive_ptr<Connection> connection) {
    waiting_.push_back(std::move(connection));
    if (!is_called_) call_later();
}

void Turns::call_later() {
    boost::asio::post(context_, [self = shared_from_this()] { self->serve_some(); });
    is_called_ = true;
}

/// Who waits again while it is served comes after all that waited before.
void Turns::serve_some() {
    if (next_ == served_.size()) {
        served_.clear();
        served_.swap(waiting_);
        next_ = 0;
    }
    for (std::size_t left = crowd_max / group_max; left > 0 && next_ < served_.size(); --left) serve_group();
    is_called_ = false;
    if (next_ < served_.size() || !waiting_.empty()) call_later();
}

void Turns::serve_group() {
    const std::size_t end = std::min(served_.size(), next_ + group_max);
    for (std::size_t each = next_; each < end; ++each) served_[each]->look();
    const core::WallTime now = clock_.wall();
    while (next_ < std::min(served_.size(), end)) {
        const auto connection = std::move(served_[next_++]);
        connection->serve(now);
    }
}

void Turns::drop() {
    const Waiting waiting = std::move(waiting_);
    const Waiting served = std::move(served_);
    next_ = 0;
    served_.clear();
}

}  // namespace sessgate::http
