#pragma once

#include <mutex>
#include <vector>

#include "adapters/lmdb/write.hpp"
#include "sessgate/ports/async.hpp"

namespace sessgate::adapters::lmdb {

class PendingWrites;

/// The writer's answer to the write with this ticket.
struct WriteAnswer {
    std::uint64_t ticket;
    WriteOutcome outcome;
};

/// Carries answers from the writer's thread to one shard. Outlives that shard's io_context while the writer holds it;
/// what comes after the context was shut down is dropped. Any thread.
class Mailbox {
public:
    Mailbox(PendingWrites& reader, const ports::Executor& executor) noexcept : reader_(reader), executor_(executor) {}

    /// One post for all answers that the shard has not taken yet.
    void deliver(const WriteAnswer& answer);

    std::vector<WriteAnswer> take();

    void close();

private:
    PendingWrites& reader_;
    ports::Executor executor_;
    std::mutex mutex_;
    std::vector<WriteAnswer> answers_;
    bool closed_ = false;
};

}  // namespace sessgate::adapters::lmdb
