#pragma once

#include <functional>

#include "adapters/redis/node.hpp"
#include "adapters/redis/notices.hpp"
#include "adapters/redis/transactions.hpp"
#include "adapters/redis/versions.hpp"
#include "sessgate/core/ids.hpp"

namespace sessgate::adapters::redis {

/// What all connections of this process share, beside the nodes themselves.
struct NodeSurroundings {
    const class Keys& keys;
    Versions& versions;
    Notices& notices;
    std::shared_ptr<Counts> counts;
    core::Milliseconds deadline;
    bool near_cache;
    std::function<void()> hurry;  ///< asks at once where the servers are; empty where that is settled
};

/// One shard's way to one server: a pipelined connection for reads, and connections for transactions. The shard's
/// thread only.
class ShardNode final : public ConnectionWatcher, public std::enable_shared_from_this<ShardNode> {
public:
    ShardNode(boost::asio::io_context& context, NodePointer node, const NodeSurroundings& surroundings);
    ~ShardNode() override;

    void start();
    void stop();
    void abandon() noexcept;

    const Node& node() const noexcept { return *node_; }

    /// One of those whose keys the server holds, for keys that say nothing of sessions; empty: it holds none.
    const std::string& bucket() const noexcept { return bucket_; }
    void set_bucket(std::string bucket) { bucket_ = std::move(bucket); }
    Connection& reads() noexcept { return *reads_; }
    Transactions& transactions() noexcept { return *transactions_; }

    /// Whether the server said so when it was asked last.
    bool is_primary() const noexcept { return is_primary_; }

    /// Whether another server has taken its place, or will: nothing that it says is worth reading.
    bool is_replaced() const noexcept { return is_replaced_; }

    /// Whether what is read here now is vouched for by the node's invalidation link.
    bool is_vouched_for(LeaseTime now) const noexcept;

    /// Whether near-caches wait for the connection for reads to be paired with the invalidation link.
    bool wants_pairing() const noexcept;

    /// Asks for the server's role, and pairs the connection for reads with the invalidation link when it is not yet.
    void look_after();

    /// The server is no primary: what it says may be old.
    void demoted();

private:
    void on_ready(const Server& server) override;
    void on_lost() override;
    void on_refused(std::string_view reason) override;
    void forget_connection();

    ports::Task<void> ask_role();
    ports::Task<void> ask_about_memory();
    ports::Task<void> pair();

    boost::asio::io_context& context_;
    NodePointer node_;
    std::string bucket_;
    NodeSurroundings surroundings_;
    std::shared_ptr<Connection> reads_;
    std::shared_ptr<Transactions> transactions_;
    std::shared_ptr<Pairing> pairing_;
    std::optional<CountedIn> counted_;  ///< while the connection for reads can be used
    core::SteadyTime asks_role_at_{};
    bool is_primary_ = false;
    bool is_replaced_ = false;
    bool is_pairing_ = false;
};

}  // namespace sessgate::adapters::redis
