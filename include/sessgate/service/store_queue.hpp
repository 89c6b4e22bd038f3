#pragma once

#include <boost/smart_ptr/intrusive_ptr.hpp>
#include <boost/smart_ptr/intrusive_ref_counter.hpp>
#include <cstddef>

namespace sessgate::service {

/// How many calls of one shard wait for the store, and how many may. Its thread only.
class StoreQueue {
    /// A call may be destroyed with its event loop, after the service that made it.
    struct Room : boost::intrusive_ref_counter<Room, boost::thread_unsafe_counter> {
        explicit Room(std::size_t places) noexcept : free(places) {}
        std::size_t free;
    };

public:
    explicit StoreQueue(std::size_t places) : room_(new Room(places)) {}

    /// A place for one call, for as long as this lives; or none.
    class Place {
    public:
        explicit Place(const StoreQueue& queue) noexcept : room_(queue.room_), taken_(room_->free > 0) {
            room_->free -= taken_;
        }
        ~Place() { room_->free += taken_; }
        Place(const Place&) = delete;
        Place& operator=(const Place&) = delete;

        bool is_taken() const noexcept { return taken_; }

    private:
        boost::intrusive_ptr<Room> room_;
        bool taken_;
    };

private:
    boost::intrusive_ptr<Room> room_;
};

}  // namespace sessgate::service
