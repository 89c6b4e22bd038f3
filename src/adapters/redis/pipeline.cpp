#include "adapters/redis/pipeline.hpp"

#include <algorithm>

namespace sessgate::adapters::redis {

void Pipeline::add(const Request& request, core::SteadyTime deadline, Waiter<Answer>& waiter) {
    output_ += request.bytes();
    calls_.push_back({request.commands(), request.bytes().size(), deadline, &waiter});
    calls_.back().replies.reserve(request.commands());
}

std::optional<Pipeline::Call> Pipeline::receive(Reply reply) {
    Call& oldest = calls_.front();
    oldest.replies.push_back(std::move(reply));
    if (oldest.replies.size() < oldest.commands) return std::nullopt;
    Call done = std::move(oldest);
    calls_.pop_front();
    return done;
}

std::optional<core::SteadyTime> Pipeline::earliest_deadline() const noexcept {
    const auto earliest = std::ranges::min_element(calls_, {}, &Call::deadline);
    if (earliest == calls_.end()) return std::nullopt;
    return earliest->deadline;
}

std::vector<Pipeline::Call> Pipeline::take_unsent_due(core::SteadyTime now) {
    std::vector<Call> due;
    std::deque<Call> others;
    std::string output;
    std::size_t offset = 0;
    for (Call& call : calls_) {
        if (call.deadline > now) output.append(output_, offset, call.size);
        offset += call.size;
        if (call.deadline > now) {
            others.push_back(std::move(call));
        } else {
            due.push_back(std::move(call));
        }
    }
    output_ = std::move(output);
    calls_ = std::move(others);
    return due;
}

std::deque<Pipeline::Call> Pipeline::give_up() noexcept {
    output_.clear();
    return std::exchange(calls_, {});
}

}  // namespace sessgate::adapters::redis
