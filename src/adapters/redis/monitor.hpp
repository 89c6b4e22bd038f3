#pragma once

#include <thread>

#include "adapters/redis/finder.hpp"
#include "adapters/redis/link.hpp"
#include "adapters/redis/topology.hpp"

namespace sessgate::adapters::redis {

/// The thread that follows the servers: one invalidation link to each node. What it learns goes into the nodes, the
/// versions and the directory. Constructed, started and destroyed by one thread, which must not be its own.
class Monitor {
public:
    Monitor(Directory& directory, Versions& versions, Notices& notices, std::string prefix, bool near_cache,
            const LuciaKeys* lucia);
    ~Monitor();
    Monitor(const Monitor&) = delete;
    Monitor& operator=(const Monitor&) = delete;

    void start();

    /// Lets a finder say from now on where the servers are; before `start`. `sentinel_name`: empty for a cluster.
    void find(const Target& target, const std::vector<Address>& addresses, const std::string& sentinel_name);

    /// Asks at once where the servers are. Any thread, from after `find` until the end of the monitor.
    void hurry();

    /// Makes `topology` the current one: links to new nodes are made, those to others are dropped. On the thread, or
    /// before `start`.
    void publish(Topology topology);

private:
    void take(const ClusterView& view);

    Directory& directory_;
    Versions& versions_;
    Notices& notices_;
    std::string prefix_;
    bool near_cache_;
    const LuciaKeys* lucia_;
    boost::asio::io_context context_{1};
    std::map<NodePointer, std::shared_ptr<Link>> links_;
    std::map<Address, NodePointer> nodes_;
    std::string names_;  ///< of the primaries, as they were logged last
    std::shared_ptr<Finder> finder_;
    Target target_;
    std::atomic<bool> hurries_ = false;
    std::thread thread_;
};

}  // namespace sessgate::adapters::redis
