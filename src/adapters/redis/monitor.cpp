#include "adapters/redis/monitor.hpp"

#include <pthread.h>
#include <signal.h>

#include <algorithm>

namespace sessgate::adapters::redis {

Monitor::Monitor(Directory& directory, Versions& versions, Notices& notices, std::string prefix, bool near_cache)
    : directory_(directory),
      versions_(versions),
      notices_(notices),
      prefix_(std::move(prefix)),
      near_cache_(near_cache) {}

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

void Monitor::publish(TopologyPointer topology) {
    std::erase_if(links_, [&](const auto& entry) {
        if (std::ranges::find(topology->nodes, entry.first) != topology->nodes.end()) return false;
        entry.second->stop();
        return true;
    });
    for (const NodePointer& node : topology->nodes) {
        if (!near_cache_ || links_.contains(node)) continue;
        const auto link = std::make_shared<Link>(context_, node, prefix_, versions_, notices_);
        links_.emplace(node, link);
        link->start();
    }
    versions_.raise_all();
    directory_.publish(std::move(topology));
}

}  // namespace sessgate::adapters::redis
