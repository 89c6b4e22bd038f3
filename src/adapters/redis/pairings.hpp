#pragma once

#include <atomic>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>

namespace sessgate::adapters::redis {

/// Whether one connection for reads is known to lead to the server of the invalidation link: the link's number, once a
/// message that the server sent on that connection's behalf came through the link.
struct Pairing {
    std::atomic<std::uint64_t> link = 0;
};

/// Pairings by the key whose change tells of them. Any thread.
class Pairings {
public:
    void add(std::string key, std::weak_ptr<Pairing> pairing) {
        const std::lock_guard lock(mutex_);
        std::erase_if(pairings_, [](const auto& entry) { return entry.second.expired(); });
        pairings_.insert_or_assign(std::move(key), std::move(pairing));
    }

    /// A message about `key` came through the link of this number.
    void seen(std::string_view key, std::uint64_t link) {
        const std::lock_guard lock(mutex_);
        const auto found = pairings_.find(key);
        if (found == pairings_.end()) return;
        if (const auto pairing = found->second.lock()) pairing->link.store(link, std::memory_order_release);
    }

private:
    std::mutex mutex_;
    std::map<std::string, std::weak_ptr<Pairing>, std::less<>> pairings_;
};

}  // namespace sessgate::adapters::redis
