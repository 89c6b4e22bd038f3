#include "http/deadlines.hpp"

#include <algorithm>

namespace sessgate::http {
namespace {

/// Deadlines are met to within this much, so that a crowd of them costs few wake-ups. Not more: at 20 ms those whose
/// time was up together were a dozen of ten thousand slow clients, and who asked then waited for all their ends (2026).
constexpr core::Milliseconds coarseness{4};

}  // namespace

Deadlines::Deadlines(boost::asio::io_context& context, const Lengths& lengths)
    : timer_(context.get_executor()), lengths_(lengths) {}

void Deadlines::start(Deadline& deadline, Wait kind) {
    stop(deadline);
    const auto index = static_cast<std::size_t>(kind);
    deadline.due = std::chrono::steady_clock::now() + lengths_.at(index);
    queues_.at(index).push_back(deadline);
    if (deadline.due < armed_for_) arm(deadline.due);
}

void Deadlines::stop(Deadline& deadline) noexcept {
    if (deadline.is_linked()) deadline.unlink();
}

void Deadlines::arm(core::SteadyTime at) {
    armed_for_ = at;
    timer_.expires_at(at);
    timer_.async_wait([this](const boost::system::error_code& error) {
        if (!error) expire();
    });
}

void Deadlines::expire() {
    const auto now = std::chrono::steady_clock::now();
    auto next = core::SteadyTime::max();
    for (Queue& queue : queues_) {
        while (!queue.empty() && queue.front().due <= now) {
            Deadline& deadline = queue.front();
            queue.pop_front();
            deadline.expired();
        }
        if (!queue.empty()) next = std::min(next, queue.front().due);
    }
    armed_for_ = core::SteadyTime::max();
    if (next != core::SteadyTime::max()) arm(std::max(next, now + coarseness));
}

}  // namespace sessgate::http
