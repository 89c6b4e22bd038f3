#include "adapters/lmdb/committer.hpp"

#include <new>

namespace sessgate::adapters::lmdb {
namespace {

/// Bounds what one transaction may dirty (room.cpp): 64 writes that grow, or 128 revocations.
constexpr std::size_t weight_max = 128;

/// The paths to a record and to both of its index entries, old and new, with a split at the end of each.
constexpr std::size_t pages_per_write = 24;
constexpr std::size_t page_bytes_min = 4096;

std::size_t pages_for(const Write& write) {
    return pages_per_write + 2 * (write.growth() / page_bytes_min + 1);
}

}  // namespace

Committer::Committer(const Environment& environment, const core::RecordCodec& codec, Health& health,
                     ports::BucketVersions& versions)
    : environment_(environment), codec_(codec), health_(health), versions_(versions), room_(environment.handle()) {
    room_.begin_batch();
    // The reserve is there before the first write, so that a disk that fills up from elsewhere does no harm. A disk
    // that is full already is no reason not to start: creations will be told.
    room_.fits(0);
}

void Committer::commit_some(std::deque<QueuedWrite>& waiting) {
    std::vector<Attempt> batch = take_batch(waiting);
    if (batch.empty()) return;
    const auto failed = try_together(batch);
    if (!failed) return finish(batch, waiting);
    if (failed->in_commit && !is_about_room(failed->code)) return give_up(batch, failed->code);
    // One of them spoils it for all: alone, each gets the answer that is its own.
    for (Attempt& attempt : batch) commit_alone(attempt, waiting);
}

std::vector<Committer::Attempt> Committer::take_batch(std::deque<QueuedWrite>& waiting) {
    std::vector<Attempt> batch;
    std::size_t weight = 0;
    std::size_t growing_pages = 0;
    room_.begin_batch();
    while (!waiting.empty()) {
        const Write& write = *waiting.front().write;
        weight += write.weight();
        if (weight > weight_max) break;
        if (write.growth() > 0 && !room_.fits(growing_pages + pages_for(write))) {
            // Behind others it waits for the next transaction, because they may make room or need less of it.
            if (!batch.empty()) break;
            answer(waiting.front(), core::Errc::store_full);
        } else {
            growing_pages += write.growth() > 0 ? pages_for(write) : 0;
            batch.push_back({std::move(waiting.front()), std::nullopt});
        }
        waiting.pop_front();
    }
    return batch;
}

std::optional<Committer::Failed> Committer::try_together(std::span<Attempt> batch) {
    if (!health_.is_good()) return Failed{MDB_PANIC, false};
    bool in_commit = false;
    try {
        Transaction transaction(environment_.handle(), 0);
        const WriteContext context{transaction.handle(), environment_.tables(), codec_};
        for (Attempt& attempt : batch) attempt.outcome = attempt.queued.write->apply(context);
        in_commit = true;
        transaction.commit();
    } catch (const Failure& failure) {
        return Failed{failure.code, in_commit};
    } catch (const std::bad_alloc&) {
        return Failed{ENOMEM, in_commit};
    }
    transactions_.fetch_add(1, std::memory_order_relaxed);
    return std::nullopt;
}

void Committer::finish(std::span<Attempt> batch, std::deque<QueuedWrite>& waiting) {
    for (Attempt& attempt : batch) {
        attempt.queued.write->committed();
        raise_version(*attempt.queued.write);
        if (attempt.outcome) {
            answer(attempt.queued, *attempt.outcome);
        } else {
            waiting.push_front(std::move(attempt.queued));
        }
    }
}

void Committer::commit_alone(Attempt& attempt, std::deque<QueuedWrite>& waiting) {
    const auto failed = try_together({&attempt, 1});
    if (!failed) return finish({&attempt, 1}, waiting);
    if (failed->in_commit && !is_about_room(failed->code)) return give_up({&attempt, 1}, failed->code);
    answer(attempt.queued, judge(*failed, *attempt.queued.write));
}

/// A disk that failed to flush may call the next flush good although the data is lost, so nothing is tried again.
/// What was given to it may be there all the same: the one error that says so is the time-out.
void Committer::give_up(std::span<Attempt> batch, int code) {
    health_.fail("commit", code);
    for (const Attempt& attempt : batch) {
        raise_version(*attempt.queued.write);
        answer(attempt.queued, core::Errc::store_timeout);
    }
}

void Committer::raise_version(const Write& write) noexcept {
    if (!write.bucket().empty()) versions_.raise(write.bucket());
    if (write.concerns_all()) versions_.raise_all();
}

core::Errc Committer::judge(const Failed& failed, const Write& write) {
    if (is_fatal(failed.code)) {
        health_.fail("write", failed.code);
    } else if (!is_about_room(failed.code)) {
        health_.warn("write", failed.code);
    }
    if (write.is_partly_done()) return core::Errc::store_timeout;
    return is_about_room(failed.code) ? core::Errc::store_full : core::Errc::store_unavailable;
}

void Committer::answer(const QueuedWrite& queued, WriteOutcome outcome) {
    writes_.fetch_add(1, std::memory_order_relaxed);
    queued.answer_to->deliver(queued.ticket, outcome);
}

}  // namespace sessgate::adapters::lmdb
