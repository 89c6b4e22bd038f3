#include "adapters/redis/monitor.hpp"

#include <pthread.h>
#include <signal.h>

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>

namespace sessgate::adapters::redis {

Monitor::Monitor(Directory& directory, Versions& versions, Notices& notices, std::string prefix, bool near_cache,
                 const LuciaKeys* lucia)
    : directory_(directory),
      versions_(versions),
      notices_(notices),
      prefix_(std::move(prefix)),
      near_cache_(near_cache),
      lucia_(lucia) {}

Monitor::~Monitor() {
    context_.stop();
    if (thread_.joinable()) thread_.join();
    for (const auto& [node, link] : links_) link->stop();
}

void Monitor::start() {
    // Signals are for the threads that know what to do about them.
    sigset_t all;
    sigset_t before;
    ::sigfillset(&all);
    ::pthread_sigmask(SIG_BLOCK, &all, &before);
    thread_ = std::thread([this] {
        const auto work = boost::asio::make_work_guard(context_);
        context_.run();
    });
    ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
}

void Monitor::find(const Target& target, const std::vector<Address>& addresses, const std::string& sentinel_name) {
    target_ = target;
    Target asked = target;
    asked.login.database = 0;
    // Sentinels have users of their own.
    if (!sentinel_name.empty()) {
        asked.login = {};
        asked.read_password = {};
    }
    const auto found = [this](const ClusterView& view) { take(view); };
    finder_ = std::make_shared<Finder>(context_, asked, addresses, sentinel_name, found);
    boost::asio::co_spawn(context_, finder_->run(), boost::asio::detached);
}

void Monitor::hurry() {
    if (!finder_ || hurries_.exchange(true)) return;
    boost::asio::post(context_, [this] {
        hurries_ = false;
        finder_->hurry();
    });
}

void Monitor::take(const ClusterView& view) {
    Topology topology;
    topology.owners = view.owners;
    topology.buckets = view.buckets;
    std::map<Address, NodePointer> nodes;
    std::string names;
    for (const Address& address : view.primaries) {
        const auto known = nodes_.find(address);
        NodePointer node = known != nodes_.end() ? known->second : std::make_shared<Node>();
        if (known == nodes_.end()) node->target = target_;
        if (known == nodes_.end()) node->target.address = address;
        nodes.emplace(address, node);
        topology.nodes.push_back(std::move(node));
        names += (names.empty() ? "" : " ") + to_text(address);
    }
    nodes_ = std::move(nodes);
    if (names != names_) notices_.over("redis_primaries", names_);
    names_ = std::move(names);
    notices_.say(ports::Level::info, "redis_primaries", names_, "found");
    publish(std::move(topology));
}

void Monitor::publish(Topology topology) {
    std::erase_if(links_, [&](const auto& entry) {
        if (std::ranges::find(topology.nodes, entry.first) != topology.nodes.end()) return false;
        entry.second->stop();
        return true;
    });
    for (const NodePointer& node : topology.nodes) {
        if (!near_cache_ || links_.contains(node)) continue;
        const auto link = std::make_shared<Link>(context_, node, prefix_, versions_, notices_, lucia_);
        links_.emplace(node, link);
        link->start();
    }
    versions_.raise_all();
    directory_.publish(std::move(topology));
}

}  // namespace sessgate::adapters::redis
