#include "http/turns.hpp"

#include <boost/asio/post.hpp>

namespace sessgate::http {

void Turns::add(Waiter waiter) {
    waiting_.push_back(std::move(waiter));
    if (!is_called_) call_later();
}

void Turns::call_later() {
    is_called_ = true;
    boost::asio::post(context_, [self = shared_from_this()] { self->resume_some(); });
}

/// Who waits again while it is resumed comes after all that waited before.
void Turns::resume_some() {
    if (next_ == resumed_.size()) {
        resumed_.clear();
        resumed_.swap(waiting_);
        next_ = 0;
    }
    for (std::size_t left = crowd_max; left > 0 && next_ < resumed_.size(); --left) {
        Waiter waiter = std::move(resumed_[next_++]);
        waiter();
    }
    is_called_ = false;
    if (next_ < resumed_.size() || !waiting_.empty()) call_later();
}

void Turns::drop() {
    const auto waiting = std::move(waiting_);
    const auto resumed = std::move(resumed_);
    next_ = 0;
    resumed_.clear();
}

}  // namespace sessgate::http
