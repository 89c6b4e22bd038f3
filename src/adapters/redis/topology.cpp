#include "adapters/redis/topology.hpp"

#include <boost/asio/post.hpp>

namespace sessgate::adapters::redis {

void TopologyMailbox::deliver(const TopologyPointer& topology) {
    // Posted under the lock: `close` waits for it, so the context is still there.
    const std::lock_guard lock(mutex_);
    if (closed_) return;
    boost::asio::post(executor_, [weak = reader_, topology] {
        if (const auto reader = weak.lock()) reader->take(topology);
    });
}

void TopologyMailbox::close() {
    const std::lock_guard lock(mutex_);
    closed_ = true;
}

TopologyPointer Directory::current() const {
    const std::lock_guard lock(mutex_);
    return current_;
}

void Directory::publish(Topology topology) {
    std::vector<std::weak_ptr<TopologyMailbox>> mailboxes;
    TopologyPointer published;
    {
        const std::lock_guard lock(mutex_);
        topology.number = current_->number + 1;
        published = std::make_shared<const Topology>(std::move(topology));
        current_ = published;
        mailboxes = mailboxes_;
    }
    for (const auto& weak : mailboxes) {
        if (const auto mailbox = weak.lock()) mailbox->deliver(published);
    }
}

void Directory::subscribe(std::weak_ptr<TopologyMailbox> mailbox) {
    const std::lock_guard lock(mutex_);
    std::erase_if(mailboxes_, [](const auto& weak) { return weak.expired(); });
    mailboxes_.push_back(std::move(mailbox));
}

}  // namespace sessgate::adapters::redis
