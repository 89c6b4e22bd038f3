#include "adapters/redis/shard_node.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>

#include "adapters/redis/keys.hpp"
#include "adapters/redis/random_number.hpp"

namespace sessgate::adapters::redis {
namespace {

/// What a primary that was demoted still allows lasts no longer than what a lost link does.
constexpr auto role_interval = std::chrono::milliseconds(250);

/// Not to be guessed by chance, among all connections that all sidecars ever make.
std::string fresh_number() {
    return std::to_string(random_number()) + '-' + std::to_string(random_number());
}

}  // namespace

ShardNode::ShardNode(boost::asio::io_context& context, NodePointer node, const NodeSurroundings& surroundings)
    : context_(context),
      node_(std::move(node)),
      surroundings_(surroundings),
      reads_(std::make_shared<Connection>(context, node_->target, this)),
      transactions_(std::make_shared<Transactions>(context, node_->target, surroundings.counts)),
      pairing_(std::make_shared<Pairing>()) {}

ShardNode::~ShardNode() {
    abandon();
}

void ShardNode::start() {
    reads_->start();
}

void ShardNode::stop() {
    forget_connection();
    reads_->stop();
    transactions_->stop();
}

void ShardNode::abandon() noexcept {
    reads_->abandon();
    transactions_->abandon();
}

bool ShardNode::is_vouched_for(LeaseTime now) const noexcept {
    const std::uint64_t link = node_->lease.link();
    return is_primary_ && link != 0 && pairing_->link.load(std::memory_order_acquire) == link &&
           node_->lease.is_held(now);
}

void ShardNode::on_ready(const Server& server) {
    counted_.emplace(surroundings_.counts, &Counts::connections);
    is_primary_ = server.is_primary;
    is_replaced_ = false;
    for (const auto* event : {"redis_unreachable", "redis_refused"}) {
        surroundings_.notices.over(event, to_text(node_->target.address));
    }
    boost::asio::co_spawn(context_, ask_about_memory(), boost::asio::detached);
    if (!server.is_primary) demoted();
}

void ShardNode::on_lost() {
    ++surroundings_.counts->connections_lost;
    forget_connection();
}

/// The next connection may lead to another server, whose records this one's link does not vouch for.
void ShardNode::forget_connection() {
    counted_.reset();
    pairing_ = std::make_shared<Pairing>();
    is_pairing_ = false;
    surroundings_.versions.raise_all();
}

void ShardNode::on_refused(std::string_view reason) {
    if (surroundings_.hurry) surroundings_.hurry();
    surroundings_.notices.say(ports::Level::warning, "redis_unreachable", to_text(node_->target.address), reason);
}

void ShardNode::demoted() {
    is_primary_ = false;
    node_->link_is_doubted = true;
    is_replaced_ = static_cast<bool>(surroundings_.hurry);
    if (is_replaced_) surroundings_.hurry();
}

/// Also before the server has said what it is: it may say so in a moment.
bool ShardNode::wants_pairing() const noexcept {
    const std::uint64_t link = node_->lease.link();
    return surroundings_.near_cache && !bucket_.empty() && (is_primary_ || !reads_->is_ready()) &&
           (link == 0 || pairing_->link != link);
}

void ShardNode::look_after() {
    if (!reads_->is_ready()) return;
    const auto now = core::SteadyTime::clock::now();
    if (now >= asks_role_at_) {
        asks_role_at_ = now + role_interval;
        boost::asio::co_spawn(context_, ask_role(), boost::asio::detached);
    }
    const std::uint64_t link = node_->lease.link();
    if (link == 0 || is_pairing_ || !wants_pairing()) return;
    is_pairing_ = true;
    boost::asio::co_spawn(context_, pair(), boost::asio::detached);
}

/// Any policy but `noeviction` takes sessions away when memory runs out, which looks like people being signed out. A
/// user who may not ask is told by the docs.
ports::Task<void> ShardNode::ask_about_memory() {
    const auto self = shared_from_this();
    Request request;
    request.add({"INFO", "memory"});
    const auto deadline = core::SteadyTime::clock::now() + surroundings_.deadline;
    const Answer answer = co_await reads_->ask(std::move(request), deadline);
    if (answer.failed()) co_return;
    constexpr std::string_view name = "maxmemory_policy:";
    const std::string& text = answer.replies.front().text;
    const auto start = text.find(name);
    if (start == std::string::npos) co_return;
    const auto value = std::string_view(text).substr(start + name.size());
    const auto policy = value.substr(0, value.find_first_of("\r\n"));
    const std::string server = to_text(node_->target.address);
    if (policy != "noeviction") {
        surroundings_.notices.say(ports::Level::warning, "redis_may_evict_sessions", server, policy);
    }
}

ports::Task<void> ShardNode::ask_role() {
    const auto self = shared_from_this();
    Request request;
    request.add({"HELLO"});
    const auto deadline = core::SteadyTime::clock::now() + surroundings_.deadline;
    const Answer answer = co_await reads_->ask(std::move(request), deadline);
    if (answer.failed()) co_return;
    const auto server = read_hello(answer.replies.front());
    if (!server) co_return reads_->distrust(answer.incarnation);
    if (is_primary_ && !server->is_primary) demoted();
    is_primary_ = server->is_primary;
    if (is_primary_) is_replaced_ = false;
}

/// Makes the server tell the link's connection of a change to a key that nobody else knows: it can do that only when
/// that connection is one of its own. Registrations for messages are not handed on to replicas, as writes are.
ports::Task<void> ShardNode::pair() {
    const auto self = shared_from_this();
    const auto pairing = pairing_;
    const std::string key = surroundings_.keys.pairing(bucket_, fresh_number());
    node_->pairings.add(key, pairing);
    const std::string client_id = std::to_string(node_->lease.client_id());
    Request request;
    request.add({"CLIENT", "TRACKING", "OFF"});
    request.add({"CLIENT", "TRACKING", "ON", "REDIRECT", client_id, "BCAST", "PREFIX", key});
    request.add({"SET", key, "1", "PX", "1000"});
    const auto deadline = core::SteadyTime::clock::now() + surroundings_.deadline;
    const Answer answer = co_await reads_->ask(std::move(request), deadline);
    // When it was refused, or its message does not come, it is tried again at a later look.
    if (pairing_ == pairing) is_pairing_ = false;
    const bool is_sound =
        answer.failed() || (answer.replies[0].is_status("OK") && !answer.replies[1].is(Reply::Type::nil));
    if (!is_sound) reads_->distrust(answer.incarnation);
}

}  // namespace sessgate::adapters::redis
