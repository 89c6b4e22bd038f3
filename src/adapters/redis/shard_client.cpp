#include "adapters/redis/shard_client.hpp"

#include <algorithm>

#include "adapters/redis/answers.hpp"
#include "adapters/redis/slots.hpp"

namespace sessgate::adapters::redis {
namespace {

constexpr auto look_interval = std::chrono::milliseconds(250);

/// While near-caches wait for their pairing, which is soon there or is refused.
constexpr auto hurried_interval = std::chrono::milliseconds(10);
constexpr int hurried_looks_max = 50;

/// A read whose connection was lost under it for other reads' sake is worth asking again, but not for ever.
constexpr int reads_max = 3;

/// A slot that moves while we follow it sends us on.
constexpr int hops_max = 8;
constexpr auto retry_pause = std::chrono::milliseconds(10);

/// Of the commands of `request` those that are to be asked elsewhere: what was refused, and each ECHO, which tells on
/// which connection the others were answered.
std::vector<std::size_t> to_ask_again(const Request& request, std::span<const Reply> replies) {
    std::vector<std::size_t> again;
    for (std::size_t i = 0; i < replies.size(); ++i) {
        const bool is_refused = replies[i].is(Reply::Type::error) && read_redirect(replies[i]);
        if (is_refused || request.is_echo(i)) again.push_back(i);
    }
    return again;
}

/// What was answered elsewhere, in its places; all of it is in vain where that failed.
void put_in(Answer& whole, Answer part, std::span<const std::size_t> places) {
    if (part.failed()) {
        whole = std::move(part);
        return;
    }
    for (std::size_t i = 0; i < places.size(); ++i) whole.replies[places[i]] = std::move(part.replies[i]);
    whole.incarnation = part.incarnation;
}

}  // namespace

ShardClient::ShardClient(boost::asio::io_context& context, Directory& directory, const NodeSurroundings& surroundings)
    : context_(context),
      waiting_(boost::asio::use_service<Waiting>(context)),
      directory_(directory),
      surroundings_(surroundings),
      timer_(context) {}

ShardClient::~ShardClient() {
    close();
}

void ShardClient::start() {
    waiting_.close_first(weak_from_this());
    mailbox_ = std::make_shared<TopologyMailbox>(weak_from_this(), context_.get_executor());
    directory_.subscribe(mailbox_);
    take(directory_.current());
}

void ShardClient::close() noexcept {
    if (mailbox_) mailbox_->close();
    timer_.reset();
    for (const ShardNodePointer& node : nodes_) node->abandon();
    nodes_.clear();
}

/// Connections to servers that are no longer in it are dropped at once; the others stay.
void ShardClient::take(const TopologyPointer& topology) {
    if (!timer_) return;
    const auto before = std::exchange(nodes_, {});
    topology_ = topology;
    for (std::size_t i = 0; i < topology->nodes.size(); ++i) {
        const NodePointer& node = topology->nodes[i];
        const auto kept = std::ranges::find_if(before, [&](const auto& known) { return &known->node() == node.get(); });
        nodes_.push_back(kept != before.end() ? *kept : std::make_shared<ShardNode>(context_, node, surroundings_));
        nodes_.back()->set_bucket(topology->buckets[i]);
        if (kept == before.end()) nodes_.back()->start();
    }
    surroundings_.versions.raise_all();
    for (const ShardNodePointer& node : before) {
        if (std::ranges::find(nodes_, node) == nodes_.end()) node->stop();
    }
    hurried_looks_ = 0;
    wait();
}

void ShardClient::wait() {
    const bool waits = std::ranges::any_of(nodes_, [](const auto& node) { return node->wants_pairing(); });
    hurried_looks_ = waits ? hurried_looks_ + 1 : 0;
    const bool hurries = waits && hurried_looks_ <= hurried_looks_max;
    timer_->expires_after(hurries ? hurried_interval : look_interval);
    timer_->async_wait([weak = weak_from_this()](const boost::system::error_code& error) {
        const auto self = error ? nullptr : weak.lock();
        if (!self || !self->timer_) return;
        for (const ShardNodePointer& node : self->nodes_) node->look_after();
        self->wait();
    });
}

ShardNodePointer ShardClient::node_of(std::string_view bucket) const {
    if (nodes_.empty()) return nullptr;
    const std::size_t owner = topology_->owners.empty() ? 0 : topology_->owners[slot_of(bucket)];
    if (owner >= nodes_.size() || nodes_[owner]->is_replaced()) return nullptr;
    return nodes_[owner];
}

ShardNodePointer ShardClient::node_at(const Address& address) const {
    const auto found = std::ranges::find_if(nodes_, [&](const auto& node) {
        const Address& known = node->node().target.address;
        return known.port == address.port && (address.host.empty() || known.host == address.host);
    });
    return found == nodes_.end() ? nullptr : *found;
}

/// Nobody is resumed whose store has gone meanwhile.
ports::Task<void> ShardClient::pause() {
    const auto begin = [this](Waiter<bool>& waiter) {
        const auto timer = std::make_shared<boost::asio::steady_timer>(context_, retry_pause);
        timer->async_wait([weak = weak_from_this(), timer, &waiter](const boost::system::error_code&) {
            const auto self = weak.lock();
            if (self && self->timer_) waiter.complete(true);
        });
    };
    co_await wait_for<bool>(waiting_, begin);
}

ports::Task<bool> ShardClient::may_try_again(const Reply& error, core::SteadyTime deadline) {
    const auto redirect = read_redirect(error);
    if (!redirect) co_return false;
    if (surroundings_.hurry) surroundings_.hurry();
    co_await pause();
    co_return core::SteadyTime::clock::now() < deadline;
}

ports::Task<NodeAnswer> ShardClient::ask(std::string_view bucket, Request request, core::SteadyTime deadline,
                                         std::optional<NodeAnswer> first) {
    NodeAnswer told;
    if (first) {
        told = std::move(*first);
    } else {
        told.node = node_of(bucket);
        if (told.node) told.answer = co_await told.node->reads().ask(request, deadline);
    }
    for (int hop = 0; hop < hops_max; ++hop) {
        const auto redirect = first_redirect(told.answer.replies);
        if (!redirect) co_return told;
        if (surroundings_.hurry) surroundings_.hurry();
        const bool asks = redirect->kind == Redirect::Kind::ask;
        ShardNodePointer next = redirect->kind == Redirect::Kind::try_again ? nullptr : node_at(redirect->address);
        if (!next) {
            // A node that is not known yet will be in a moment, and a slot on its way will have arrived.
            co_await pause();
            if (core::SteadyTime::clock::now() >= deadline) co_return told;
            next = asks ? node_at(redirect->address) : node_of(bucket);
        }
        if (!next) continue;
        const auto again = to_ask_again(request, told.answer.replies);
        const Request part = request.only(again);
        Request sent = asks ? part.with_asking() : part;
        Answer answer = co_await next->reads().ask(std::move(sent), deadline);
        if (asks && !answer.failed()) drop_answers_to_asking(answer.replies);
        told.node = next;
        put_in(told.answer, std::move(answer), again);
        // The version that was read before was another node's to keep.
        surroundings_.versions.raise(bucket);
    }
    co_return told;
}

ports::Task<NodeAnswer> ShardClient::read(std::string_view bucket, Request request, core::SteadyTime deadline,
                                          std::optional<NodeAnswer> first) {
    for (int attempt = 1;; ++attempt) {
        std::optional<NodeAnswer> known = std::exchange(first, std::nullopt);
        NodeAnswer told = co_await ask(bucket, request, deadline, std::move(known));
        if (told.answer.failure != Failure::lost || attempt == reads_max) co_return told;
    }
}

ports::Task<Transactions::Lease> ShardClient::begin(std::string_view bucket, core::SteadyTime deadline) {
    const ShardNodePointer node = node_of(bucket);
    if (!node) co_return Transactions::Lease();
    Transactions::Lease lease = co_await node->transactions().begin(deadline);
    co_return lease;
}

bool ShardClient::are_all_vouched_for() const noexcept {
    const LeaseTime now = lease_now();
    const auto is_vouched_for = [now](const auto& node) {
        return node->bucket().empty() || (!node->is_replaced() && node->is_vouched_for(now));
    };
    return !nodes_.empty() && std::ranges::all_of(nodes_, is_vouched_for);
}

std::optional<std::uint64_t> ShardClient::version_of(std::string_view bucket) const noexcept {
    const ShardNodePointer node = node_of(bucket);
    if (!node || !node->is_vouched_for(lease_now())) return std::nullopt;
    return surroundings_.versions.of(bucket);
}

}  // namespace sessgate::adapters::redis
