#pragma once

#include <memory>
#include <mutex>
#include <utility>
#include <vector>

#include "sessgate/ports/pending_calls.hpp"

namespace sessgate::service {

/// Callers on one shard that wait for flights to land.
using Waits = ports::PendingCalls<void>;

/// One result that callers on every shard wait for while the first of them, its leader, finds it out. Any thread.
template <typename T>
class Flight {
public:
    using Result = std::shared_ptr<const T>;

    /// Wakes all who wait. Null: the leader went without a result, and whoever waits has to find out by itself.
    void land(Result result) {
        std::vector<Joiner> joiners;
        {
            const std::lock_guard lock(mutex_);
            has_landed_ = true;
            result_ = std::move(result);
            joiners = std::exchange(joiners_, {});
        }
        for (const Joiner& joiner : joiners) joiner.mailbox->deliver(joiner.ticket, core::Result<void>());
    }

    /// The result; null when there is none, also because it did not come by `deadline`, which is the caller's alone. On
    /// the thread of `waits`. The caller keeps the flight until this has returned.
    ports::Task<Result> wait(Waits& waits, core::SteadyTime deadline) {
        const auto join = [&](std::uint64_t ticket) { add({waits.mailbox(), ticket}); };
        const auto landed = co_await waits.wait(deadline, join);
        if (!landed) co_return nullptr;
        const std::lock_guard lock(mutex_);
        co_return result_;
    }

private:
    struct Joiner {
        std::shared_ptr<ports::Mailbox<void>> mailbox;
        std::uint64_t ticket;
    };

    void add(Joiner joiner) {
        const std::lock_guard lock(mutex_);
        if (!has_landed_) return joiners_.push_back(std::move(joiner));
        joiner.mailbox->deliver(joiner.ticket, core::Result<void>());
    }

    std::mutex mutex_;
    std::vector<Joiner> joiners_;
    Result result_;
    bool has_landed_ = false;
};

/// The duty to land a flight that was boarded first. Lands it without a result when it is destroyed before: its
/// coroutine threw, or went with its event loop. `Board` has `land(key, flight, result)`.
template <typename Board, typename Key, typename BoardedFlight>
class Leader {
public:
    Leader(Board& board, const Key& key, std::shared_ptr<BoardedFlight> flight)
        : board_(&board), key_(key), flight_(std::move(flight)) {}
    Leader(Leader&& other) noexcept = default;
    Leader& operator=(Leader&&) = delete;
    Leader(const Leader&) = delete;
    ~Leader() { land(nullptr); }

    const BoardedFlight& flight() const noexcept { return *flight_; }

    /// Once; later calls do nothing.
    void land(typename BoardedFlight::Result result) {
        const auto flight = std::exchange(flight_, nullptr);
        if (flight) board_->land(key_, flight, std::move(result));
    }

private:
    Board* board_;
    Key key_;
    std::shared_ptr<BoardedFlight> flight_;
};

}  // namespace sessgate::service
