#include "adapters/redis/link.hpp"

namespace sessgate::adapters::redis {
namespace {

constexpr auto ping_interval = std::chrono::milliseconds(250);
constexpr auto answer_patience = std::chrono::seconds(2);

/// A server that cannot be tracked may be able to later: once it is a primary, or once its user may.
constexpr auto idle_time = std::chrono::seconds(1);
constexpr auto refused_time = std::chrono::seconds(30);

}  // namespace

Link::Link(boost::asio::io_context& context, NodePointer node, const std::string& prefix, Versions& versions,
           Notices& notices, const LuciaKeys* lucia)
    : node_(std::move(node)),
      notices_(notices),
      tracking_(prefix, node_->lease, versions, node_->pairings, lucia),
      connection_(std::make_shared<Connection>(context, node_->target, this)),
      timer_(context) {}

Link::~Link() {
    stop();
}

void Link::start() {
    connection_->start();
    wait();
}

void Link::stop() noexcept {
    timer_.cancel();
    connection_->abandon();
    tracking_.lost();
}

/// Only a primary is told of every change when it is made; a replica may have lost sight of its primary.
void Link::on_ready(const Server& server) {
    node_->link_is_doubted = false;
    is_idle_ = !server.is_primary;
    asked_at_ = lease_now();
    asks_again_at_ = asked_at_ + idle_time;
    if (server.is_primary) connection_->send(tracking_.begin(server));
}

void Link::on_lost() {
    tracking_.lost();
}

void Link::on_refused(std::string_view) {
    tracking_.lost();
}

bool Link::on_message(const Reply& reply) {
    switch (tracking_.hear(reply)) {
        case Tracking::Heard::fine:
            if (tracking_.was_just_confirmed()) begin_lease();
            return true;
        case Tracking::Heard::refused:
            is_idle_ = true;
            asks_again_at_ = lease_now() + refused_time;
            notices_.say(ports::Level::warning, "redis_tracking_refused", to_text(node_->target.address),
                         tracking_.refusal());
            return true;
        case Tracking::Heard::nonsense:
            break;
    }
    return false;
}

void Link::begin_lease() {
    notices_.over("redis_tracking_refused", to_text(node_->target.address));
    connection_->send(tracking_.ping(lease_now()));
}

void Link::wait() {
    timer_.expires_after(ping_interval);
    timer_.async_wait([weak = weak_from_this()](const boost::system::error_code& error) {
        const auto self = error ? nullptr : weak.lock();
        if (self) self->tick();
    });
}

void Link::tick() {
    const LeaseTime now = lease_now();
    const bool asks_again = is_idle_ && now >= asks_again_at_;
    const bool is_silent = !is_idle_ && !tracking_.is_confirmed() && now - asked_at_ > answer_patience;
    const bool is_of_no_use = tracking_.is_dead(now) || is_silent || asks_again;
    if (connection_->is_ready() && (node_->link_is_doubted.exchange(false) || is_of_no_use)) {
        connection_->distrust(connection_->incarnation());
    }
    if (connection_->is_ready() && tracking_.is_confirmed()) connection_->send(tracking_.ping(now));
    wait();
}

}  // namespace sessgate::adapters::redis
