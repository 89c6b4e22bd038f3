#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <deque>
#include <mutex>
#include <vector>

namespace sessgate::core {

/// A key for the tags of records. Without keys a tag finds damage; with one it also finds forgery.
using RecordKey = std::array<std::uint8_t, 32>;

/// The keys that the codecs of one process write and read with, replaced while they are in use. Any thread.
class RecordKeys {
public:
    /// `keys`: newest first; the newest writes, all read.
    explicit RecordKeys(std::vector<RecordKey> keys = {}) { replace(std::move(keys)); }

    /// Stays as it is for as long as this lives, also when it is no longer the current one.
    const std::vector<RecordKey>& current() const noexcept { return *current_.load(std::memory_order_acquire); }

    void replace(std::vector<RecordKey> keys) {
        const std::lock_guard lock(mutex_);
        if (!all_.empty() && all_.back() == keys) return;
        current_.store(&all_.emplace_back(std::move(keys)), std::memory_order_release);
    }

private:
    std::mutex mutex_;
    /// None is ever freed: some thread may be reading with it, and whoever changes keys does so a few times a year.
    std::deque<std::vector<RecordKey>> all_;
    std::atomic<const std::vector<RecordKey>*> current_ = nullptr;
};

}  // namespace sessgate::core
