#include "adapters/lmdb/write_queue.hpp"

#include <algorithm>
#include <iterator>

namespace sessgate::adapters::lmdb {

bool WriteQueue::push(QueuedWrite write) {
    const std::lock_guard lock(mutex_);
    if (closed_ || writes_.size() >= size_max_) return false;
    writes_.push_back(std::move(write));
    if (writes_.size() == 1) changed_.notify_one();
    return true;
}

std::future<std::size_t> WriteQueue::ask_for_sweep() {
    const std::lock_guard lock(mutex_);
    changed_.notify_one();
    return sweeps_.emplace_back().get_future();
}

Work WriteQueue::take(std::size_t count, core::Milliseconds patience) {
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, patience, [&] { return closed_ || (!paused_ && !(writes_.empty() && sweeps_.empty())); });

    Work work;
    if (paused_) return work;
    const auto end = writes_.begin() + static_cast<std::ptrdiff_t>(std::min(count, writes_.size()));
    work.writes.assign(std::make_move_iterator(writes_.begin()), std::make_move_iterator(end));
    writes_.erase(writes_.begin(), end);
    work.sweeps = std::exchange(sweeps_, {});
    work.is_last = closed_ && writes_.empty();
    return work;
}

void WriteQueue::pause() {
    const std::lock_guard lock(mutex_);
    paused_ = !closed_;
}

void WriteQueue::resume() {
    const std::lock_guard lock(mutex_);
    paused_ = false;
    changed_.notify_one();
}

void WriteQueue::close() {
    const std::lock_guard lock(mutex_);
    closed_ = true;
    paused_ = false;
    changed_.notify_one();
}

}  // namespace sessgate::adapters::lmdb
