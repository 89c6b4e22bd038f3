#pragma once

#include <condition_variable>
#include <deque>
#include <future>
#include <memory>
#include <mutex>

#include "adapters/lmdb/write.hpp"
#include "sessgate/ports/pending_calls.hpp"

namespace sessgate::adapters::lmdb {

/// Whoever waits for a write on one shard.
using PendingWrites = ports::PendingCalls<std::size_t>;

/// A write with the way back to whoever waits for it.
struct QueuedWrite {
    std::unique_ptr<Write> write;
    std::uint64_t ticket;
    std::shared_ptr<ports::Mailbox<std::size_t>> answer_to;
};

/// What the writer finds when it looks for work.
struct Work {
    std::deque<QueuedWrite> writes;
    std::vector<std::promise<std::size_t>> sweeps;  ///< each wants to know how many sessions a step removed
    bool is_last = false;                           ///< the queue was closed and is empty now
};

/// From the shards to the writer. Any thread.
class WriteQueue {
public:
    explicit WriteQueue(std::size_t size_max) noexcept : size_max_(size_max) {}

    /// False, with the write dropped, when the queue is full or closed.
    bool push(QueuedWrite write);

    std::future<std::size_t> ask_for_sweep();

    /// At most `count` writes. Waits until there is work, but not longer than `patience`.
    Work take(std::size_t count, core::Milliseconds patience);

    /// While paused nothing is taken. `close` ends a pause.
    void pause();
    void resume();

    void close();

private:
    std::size_t size_max_;
    std::mutex mutex_;
    std::condition_variable changed_;
    std::deque<QueuedWrite> writes_;
    std::vector<std::promise<std::size_t>> sweeps_;
    bool paused_ = false;
    bool closed_ = false;
};

}  // namespace sessgate::adapters::lmdb
