#pragma once

#include "adapters/redis/node.hpp"
#include "adapters/redis/notices.hpp"
#include "adapters/redis/tracking.hpp"

namespace sessgate::adapters::redis {

/// The invalidation link to one node: a connection that is told of every change to a session, and a ping each 250 ms.
/// Its thread only.
class Link final : public ConnectionWatcher, public std::enable_shared_from_this<Link> {
public:
    Link(boost::asio::io_context& context, NodePointer node, const std::string& prefix, Versions& versions,
         Notices& notices, const LuciaKeys* lucia);
    ~Link() override;

    void start();
    void stop() noexcept;

private:
    void on_ready(const Server& server) override;
    void on_lost() override;
    void on_refused(std::string_view reason) override;
    bool on_message(const Reply& reply) override;

    void begin_lease();
    void wait();
    void tick();

    NodePointer node_;
    Notices& notices_;
    Tracking tracking_;
    std::shared_ptr<Connection> connection_;
    boost::asio::steady_timer timer_;
    LeaseTime asks_again_at_{};
    LeaseTime asked_at_{};  ///< when tracking was asked for
    bool is_idle_ = false;  ///< connected to a server that cannot be tracked now
};

}  // namespace sessgate::adapters::redis
