#include "adapters/lmdb/writer.hpp"

#include <algorithm>

namespace sessgate::adapters::lmdb {
namespace {

/// Taken from the queue at once; a transaction's own bounds are the committer's.
constexpr std::size_t take_max = 128;

constexpr core::Milliseconds sweep_pause = std::chrono::seconds(1);

}  // namespace

Writer::Writer(WriteQueue& queue, Committer& committer, Sweeper& sweeper)
    : queue_(queue),
      committer_(committer),
      sweeper_(sweeper),
      next_sweep_(core::SteadyTime::clock::now() + sweep_pause),
      thread_([this] { run(); }) {}

Writer::~Writer() {
    queue_.close();
    thread_.join();
}

void Writer::run() {
    std::deque<QueuedWrite> waiting;
    for (;;) {
        Work work = waiting.empty() ? queue_.take(take_max, patience()) : Work{};
        std::move(work.writes.begin(), work.writes.end(), std::back_inserter(waiting));
        if (!waiting.empty()) committer_.commit_some(waiting);
        sweep(std::move(work.sweeps));
        if (work.is_last && waiting.empty()) return;
    }
}

/// A sweep whose step was full goes on at once, taking turns with what is queued.
void Writer::sweep(std::vector<std::promise<std::size_t>> asked) {
    for (auto& promise : asked) promise.set_value(sweeper_.step());
    const auto now = core::SteadyTime::clock::now();
    if (now < next_sweep_) return;
    const std::size_t count = sweeper_.step();
    next_sweep_ = count == Sweeper::step_max ? now : now + sweep_pause;
}

core::Milliseconds Writer::patience() const {
    const auto left = std::chrono::ceil<core::Milliseconds>(next_sweep_ - core::SteadyTime::clock::now());
    return std::clamp(left, core::Milliseconds(0), sweep_pause);
}

}  // namespace sessgate::adapters::lmdb
