#pragma once

#include <memory>
#include <mutex>
#include <string_view>
#include <vector>

#include "adapters/redis/node.hpp"
#include "sessgate/ports/async.hpp"

namespace sessgate::adapters::redis {

/// Which server holds what, as far as is known now. Never changed: a new one takes its place.
struct Topology {
    std::vector<NodePointer> nodes{};     ///< primaries; empty: none is known. Of a cluster also those without slots
    std::vector<std::uint16_t> owners{};  ///< the node of each cluster slot; empty: the first node holds everything
    std::vector<std::string> buckets{};   ///< one of each node's; empty: it holds no slot
    std::uint64_t number = 0;             ///< in the order in which they were published
};

using TopologyPointer = std::shared_ptr<const Topology>;

/// Who lives on a shard's loop and wants to know of each new topology.
class TopologyReader {
public:
    virtual ~TopologyReader() = default;
    virtual void take(const TopologyPointer& topology) = 0;
};

/// The way of new topologies to one shard. Outlives its io_context; what comes after `close` is dropped.
class TopologyMailbox {
public:
    TopologyMailbox(std::weak_ptr<TopologyReader> reader, const ports::Executor& executor)
        : reader_(std::move(reader)), executor_(executor) {}

    void deliver(const TopologyPointer& topology);
    void close();

private:
    std::weak_ptr<TopologyReader> reader_;
    ports::Executor executor_;
    std::mutex mutex_;
    bool closed_ = false;
};

/// The topology of this process, for all of its threads.
class Directory {
public:
    TopologyPointer current() const;

    /// From now on this one is current; every shard is told, soon.
    void publish(Topology topology);

    void subscribe(std::weak_ptr<TopologyMailbox> mailbox);

private:
    mutable std::mutex mutex_;
    TopologyPointer current_ = std::make_shared<Topology>();
    std::vector<std::weak_ptr<TopologyMailbox>> mailboxes_;
};

}  // namespace sessgate::adapters::redis
