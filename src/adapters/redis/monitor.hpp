#pragma once

#include <thread>

#include "adapters/redis/link.hpp"
#include "adapters/redis/topology.hpp"

namespace sessgate::adapters::redis {

/// The thread that follows the servers: one invalidation link to each node. What it learns goes into the nodes, the
/// versions and the directory. Constructed, started and destroyed by one thread, which must not be its own.
class Monitor {
public:
    Monitor(Directory& directory, Versions& versions, Notices& notices, std::string prefix, bool near_cache);
    ~Monitor();
    Monitor(const Monitor&) = delete;
    Monitor& operator=(const Monitor&) = delete;

    void start();

    /// For what else is to live on the thread; before `start`.
    boost::asio::io_context& context() noexcept { return context_; }

    /// Makes `topology` the current one: links to new nodes are made, those to others are dropped. On the thread, or
    /// before `start`.
    void publish(TopologyPointer topology);

private:
    Directory& directory_;
    Versions& versions_;
    Notices& notices_;
    std::string prefix_;
    bool near_cache_;
    boost::asio::io_context context_{1};
    std::map<NodePointer, std::shared_ptr<Link>> links_;
    std::thread thread_;
};

}  // namespace sessgate::adapters::redis
