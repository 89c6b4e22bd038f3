#include "adapters/redis/finder.hpp"

#include <boost/asio/redirect_error.hpp>

#include "adapters/redis/number.hpp"

namespace sessgate::adapters::redis {
namespace {

constexpr boost::asio::use_awaitable_t<ports::Executor> use_task{};

/// A fail-over takes seconds to be decided; this adds little to it.
constexpr auto sentinel_interval = std::chrono::milliseconds(100);

/// A cluster's nodes say by themselves when a slot has moved.
constexpr auto cluster_interval = std::chrono::milliseconds(250);
constexpr auto patience = std::chrono::milliseconds(200);

/// Nodes of a cluster that are asked each time; of those that disagree one may be cut off.
constexpr std::size_t asked_max = 4;

std::string_view value_of(const Reply& map, std::string_view name) {
    for (std::size_t i = 0; i + 1 < map.elements.size(); i += 2) {
        if (map.elements[i].is_string(name) && map.elements[i + 1].is(Reply::Type::string)) {
            return map.elements[i + 1].text;
        }
    }
    return {};
}

ClusterView single_view(const Address& address) {
    return {{address}, {}, {"aaa"}};
}

}  // namespace

Finder::Finder(boost::asio::io_context& context, const Target& target, const std::vector<Address>& addresses,
               std::string sentinel_name, Found found)
    : context_(context),
      target_(target),
      sentinel_name_(std::move(sentinel_name)),
      found_(std::move(found)),
      timer_(context),
      choice_(addresses.size()) {
    for (const Address& address : addresses) server_at(address);
}

Finder::Asked& Finder::server_at(const Address& address) {
    auto& place = servers_[address];
    if (!place) {
        place = std::make_unique<Asked>();
        place->target = target_;
        place->target.address = address;
        place->connection = std::make_shared<Connection>(context_, place->target, nullptr);
        place->connection->start();
    }
    return *place;
}

ports::Task<void> Finder::run() {
    [[maybe_unused]] const auto self = shared_from_this();
    for (;;) {
        if (sentinel_name_.empty()) {
            co_await ask_cluster();
        } else {
            co_await ask_sentinels();
        }
        if (std::exchange(is_hurried_, false)) continue;
        timer_.expires_after(sentinel_name_.empty() ? cluster_interval : sentinel_interval);
        boost::system::error_code hurried;
        auto token = boost::asio::redirect_error(use_task, hurried);
        co_await timer_.async_wait(token);
    }
}

void Finder::hurry() {
    if (timer_.cancel() == 0) is_hurried_ = true;
}

ports::Task<std::optional<Answer>> Finder::ask(Asked& server, const Request& request) {
    Request copy = request;
    const auto deadline = core::SteadyTime::clock::now() + patience;
    Answer answer = co_await server.connection->ask(std::move(copy), deadline);
    if (answer.failed()) co_return std::nullopt;
    co_return std::move(answer);
}

ports::Task<void> Finder::ask_sentinels() {
    Request request;
    // The second one names a replica that is being promoted, which the first one does only once all others follow it.
    request.add({"SENTINEL", "MASTER", sentinel_name_});
    request.add({"SENTINEL", "GET-MASTER-ADDR-BY-NAME", sentinel_name_});
    std::vector<SentinelChoice::Told> told;
    for (auto& [address, server] : servers_) {
        const auto answer = co_await ask(*server, request);
        if (!answer) continue;
        const auto epoch = number_in<std::uint64_t>(value_of(answer->replies[0], "config-epoch"));
        const auto& place = answer->replies[1].elements;
        const auto port = place.size() == 2 ? number_in<std::uint16_t>(place[1].text) : std::nullopt;
        if (epoch && port && !place[0].text.empty()) told.push_back({*epoch, {place[0].text, *port, {}}});
    }
    const auto primary = choice_.choose(told, core::SteadyTime::clock::now());
    if (!primary) co_return;
    ClusterView view = single_view(*primary);
    if (view == view_) co_return;
    view_ = std::move(view);
    found_(view_);
}

ports::Task<void> Finder::ask_cluster() {
    Request request;
    request.add({"CLUSTER", "NODES"});
    std::vector<Address> addresses;
    addresses.reserve(servers_.size());
    for (const auto& [address, server] : servers_) addresses.push_back(address);
    std::vector<ClaimedSlots> claims;
    std::size_t asked = 0;
    for (const Address& address : addresses) {
        if (asked == asked_max) break;
        const auto answer = co_await ask(server_at(address), request);
        if (!answer || !answer->replies.front().is(Reply::Type::string)) continue;
        const auto told = read_cluster_nodes(answer->replies.front().text, address);
        if (!told) continue;
        claims.insert(claims.end(), told->begin(), told->end());
        ++asked;
    }
    if (claims.empty()) co_return;
    ClusterView view = join_claims(claims);
    for (const Address& address : view.primaries) server_at(address);
    if (view == view_) co_return;
    view_ = std::move(view);
    found_(view_);
}

}  // namespace sessgate::adapters::redis
