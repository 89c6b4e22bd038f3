#pragma once

#include <boost/asio/steady_timer.hpp>
#include <functional>
#include <map>
#include <memory>
#include <vector>

#include "adapters/redis/cluster_view.hpp"
#include "adapters/redis/connection.hpp"
#include "adapters/redis/sentinel_choice.hpp"

namespace sessgate::adapters::redis {

/// Asks sentinels, or the nodes of a cluster, where the primaries are, again and again. The monitor's thread only.
class Finder final : public std::enable_shared_from_this<Finder> {
public:
    /// Told of each view that differs from the one before.
    using Found = std::function<void(const ClusterView&)>;

    /// `target`: as whom and how the servers are asked; each of `addresses` in turn takes the place of its address.
    /// `sentinel_name`: of the primary that sentinels watch; empty: it is a cluster.
    Finder(boost::asio::io_context& context, const Target& target, const std::vector<Address>& addresses,
           std::string sentinel_name, Found found);

    /// Runs until the context stops.
    ports::Task<void> run();

    /// Asks at once: somebody was sent elsewhere.
    void hurry();

private:
    struct Asked {
        Target target;
        std::shared_ptr<Connection> connection;
    };

    Asked& server_at(const Address& address);
    ports::Task<void> ask_sentinels();
    ports::Task<void> ask_cluster();
    ports::Task<std::optional<Answer>> ask(Asked& server, const Request& request);

    boost::asio::io_context& context_;
    Target target_;
    std::string sentinel_name_;
    Found found_;
    boost::asio::steady_timer timer_;
    std::map<Address, std::unique_ptr<Asked>> servers_;
    ClusterView view_;
    SentinelChoice choice_;
    bool is_hurried_ = false;  ///< while servers are being asked
};

}  // namespace sessgate::adapters::redis
