#pragma once

#include <atomic>
#include <span>

#include "adapters/lmdb/environment.hpp"
#include "adapters/lmdb/health.hpp"
#include "adapters/lmdb/room.hpp"
#include "adapters/lmdb/write_queue.hpp"
#include "sessgate/ports/bucket_versions.hpp"

namespace sessgate::adapters::lmdb {

/// Brings writes to disk, as many in one transaction as its bounds allow, and answers each of them after that.
/// The writer's thread only, but for the counters.
class Committer {
public:
    Committer(const Environment& environment, const core::RecordCodec& codec, Health& health,
              ports::BucketVersions& versions);

    /// Takes one transaction's writes from the front of `waiting`. What is done only in part goes back to the front.
    void commit_some(std::deque<QueuedWrite>& waiting);

    std::uint64_t transactions() const noexcept { return transactions_.load(std::memory_order_relaxed); }
    std::uint64_t writes() const noexcept { return writes_.load(std::memory_order_relaxed); }

private:
    struct Attempt {
        QueuedWrite queued;
        std::optional<WriteOutcome> outcome;  ///< none: done in part
    };
    struct Failed {
        int code;
        bool in_commit;  ///< else nothing of it can have reached the file
    };

    std::vector<Attempt> take_batch(std::deque<QueuedWrite>& waiting);
    std::optional<Failed> try_together(std::span<Attempt> batch);
    void finish(std::span<Attempt> batch, std::deque<QueuedWrite>& waiting);
    void commit_alone(Attempt& attempt, std::deque<QueuedWrite>& waiting);
    void give_up(std::span<Attempt> batch, int code);
    void raise_version(const Write& write) noexcept;
    core::Errc judge(const Failed& failed, const Write& write);
    void answer(const QueuedWrite& queued, WriteOutcome outcome);

    const Environment& environment_;
    const core::RecordCodec& codec_;
    Health& health_;
    ports::BucketVersions& versions_;
    Room room_;
    std::atomic<std::uint64_t> transactions_ = 0;
    std::atomic<std::uint64_t> writes_ = 0;
};

}  // namespace sessgate::adapters::lmdb
