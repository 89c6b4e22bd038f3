#pragma once

#include <map>

#include "adapters/redis/redirect.hpp"
#include "adapters/redis/shard_node.hpp"
#include "adapters/redis/topology.hpp"

namespace sessgate::adapters::redis {

using ShardNodePointer = std::shared_ptr<ShardNode>;

/// An answer with the node that gave it; none: there is no node to ask.
struct NodeAnswer {
    Answer answer{{}, Failure::refused};
    ShardNodePointer node{};

    /// What it says makes no sense: the connection that it came on is closed.
    void distrust() const {
        if (node) node->reads().distrust(answer.incarnation);
    }
};

/// One shard's way to all servers. Lives on the shard's loop, and lets go of it when that goes. The shard's thread
/// only.
class ShardClient final : public Closable, public TopologyReader, public std::enable_shared_from_this<ShardClient> {
public:
    ShardClient(boost::asio::io_context& context, Directory& directory, const NodeSurroundings& surroundings);
    ~ShardClient() override;

    void start();
    void close() noexcept override;

    /// Where the keys of `bucket` are; null: nobody knows.
    ShardNodePointer node_of(std::string_view bucket) const;

    /// Asks where the keys of `bucket` are. What only reads is asked again on the next connection when this one is
    /// lost, as long as `deadline` has not passed.
    ///
    /// In a cluster it follows where it is sent, and what it brings from elsewhere is not to be kept. `first`: what was
    /// answered already when `request` was asked the first time.
    ports::Task<NodeAnswer> ask(std::string_view bucket, Request request, core::SteadyTime deadline,
                                std::optional<NodeAnswer> first = std::nullopt);
    ports::Task<NodeAnswer> read(std::string_view bucket, Request request, core::SteadyTime deadline,
                                 std::optional<NodeAnswer> first = std::nullopt);

    /// A connection for a transaction on keys of `bucket`.
    ports::Task<Transactions::Lease> begin(std::string_view bucket, core::SteadyTime deadline);

    /// Whether `error` only says that the keys are elsewhere, or will be in a moment, so that what was refused is worth
    /// another attempt before `deadline`. Waits for that moment.
    ports::Task<bool> may_try_again(const Reply& error, core::SteadyTime deadline);

    /// Nullopt while nothing vouches for what is read from that bucket.
    std::optional<std::uint64_t> version_of(std::string_view bucket) const noexcept;

    /// Has memory bring the number of that bucket.
    void expect(std::string_view bucket) const noexcept { surroundings_.versions.expect(bucket); }

    /// Whether something vouches for what is read from any bucket.
    bool are_all_vouched_for() const noexcept;

    const std::vector<ShardNodePointer>& nodes() const noexcept { return nodes_; }

    bool is_cluster() const noexcept { return topology_ && !topology_->owners.empty(); }

    /// Another one whenever the servers are others, or hold something else.
    std::uint64_t topology_number() const noexcept { return topology_ ? topology_->number : 0; }

    /// The shard's event loop, and who waits on it.
    boost::asio::io_context& context() const noexcept { return context_; }
    Waiting& waiting() const noexcept { return waiting_; }

private:
    void take(const TopologyPointer& topology) override;
    void wait();
    ShardNodePointer node_at(const Address& address) const;
    ports::Task<void> pause();

    boost::asio::io_context& context_;
    Waiting& waiting_;
    Directory& directory_;
    NodeSurroundings surroundings_;
    TopologyPointer topology_;
    std::vector<ShardNodePointer> nodes_;  ///< as in the topology
    std::shared_ptr<TopologyMailbox> mailbox_;
    std::optional<boost::asio::steady_timer> timer_;
    int hurried_looks_ = 0;
};

}  // namespace sessgate::adapters::redis
