#pragma once

#include <thread>

#include "adapters/lmdb/committer.hpp"
#include "adapters/lmdb/sweeper.hpp"

namespace sessgate::adapters::lmdb {

/// The one thread that writes: it takes what is queued, brings it to disk, and sweeps in between.
class Writer {
public:
    /// All of them must outlive the writer.
    Writer(WriteQueue& queue, Committer& committer, Sweeper& sweeper);

    /// Finishes what is queued, then ends the thread.
    ~Writer();

private:
    void run();
    void sweep(std::vector<std::promise<std::size_t>> asked);
    core::Milliseconds patience() const;

    WriteQueue& queue_;
    Committer& committer_;
    Sweeper& sweeper_;
    core::SteadyTime next_sweep_;
    std::thread thread_;
};

}  // namespace sessgate::adapters::lmdb
