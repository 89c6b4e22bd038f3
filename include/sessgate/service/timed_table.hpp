#pragma once

#include <list>
#include <unordered_map>

#include "sessgate/core/time.hpp"

namespace sessgate::service {

/// A table whose entries go after a fixed time, or earlier, oldest first, when there are too many. Not locked.
template <typename Key, typename Value, typename Hash>
class TimedTable {
public:
    TimedTable(std::size_t size_max, core::Milliseconds lifetime) : size_max_(size_max), lifetime_(lifetime) {}

    /// Null when there is none, or it is too old. Good until the next call.
    const Value* find(const Key& key, core::SteadyTime now) {
        forget_old(now);
        const auto place = places_.find(key);
        return place == places_.end() ? nullptr : &place->second->value;
    }

    void put(const Key& key, Value value, core::SteadyTime now) {
        forget_old(now);
        if (const auto place = places_.find(key); place != places_.end()) forget(place->second);
        if (entries_.size() == size_max_) forget(entries_.begin());
        entries_.push_back({key, std::move(value), now});
        places_.emplace(key, std::prev(entries_.end()));
    }

private:
    struct Entry {
        Key key;
        Value value;
        core::SteadyTime put_at;
    };
    using Entries = std::list<Entry>;  // in the order of time

    void forget_old(core::SteadyTime now) {
        while (!entries_.empty() && now - entries_.front().put_at >= lifetime_) forget(entries_.begin());
    }

    void forget(typename Entries::iterator entry) {
        places_.erase(entry->key);
        entries_.erase(entry);
    }

    std::size_t size_max_;
    core::Milliseconds lifetime_;
    Entries entries_;
    std::unordered_map<Key, typename Entries::iterator, Hash> places_;
};

}  // namespace sessgate::service
