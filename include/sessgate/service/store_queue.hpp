#pragma once

#include <cstddef>

namespace sessgate::service {

/// How many calls of one shard wait for the store, and how many may. Its thread only.
class StoreQueue {
public:
    explicit StoreQueue(std::size_t places) noexcept : free_(places) {}

    /// A place for one call, for as long as this lives; or none.
    class Place {
    public:
        explicit Place(StoreQueue& queue) noexcept : queue_(queue), taken_(queue.free_ > 0) { queue_.free_ -= taken_; }
        ~Place() { queue_.free_ += taken_; }
        Place(const Place&) = delete;
        Place& operator=(const Place&) = delete;

        bool is_taken() const noexcept { return taken_; }

    private:
        StoreQueue& queue_;
        bool taken_;
    };

private:
    std::size_t free_;
};

}  // namespace sessgate::service
