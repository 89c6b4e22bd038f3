#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <unordered_map>

#include "sessgate/ports/clock.hpp"
#include "sessgate/ports/session_store.hpp"

namespace sessgate::adapters {

/// `memory:`: sessions for tests and trials, gone with the process. All shards share one, behind a mutex. Any thread.
/// `clock` must outlive it.
class MemoryDatabase {
public:
    explicit MemoryDatabase(const ports::Clock& clock) noexcept : clock_(clock) {}

    /// A shard's store. Must not outlive the database.
    std::unique_ptr<ports::SessionStore> open_shard();

    /// Forgets the sessions whose store expiry is past; each creation does so too. How many those were.
    std::size_t sweep();

private:
    friend class MemoryStore;

    std::size_t forget_expired();
    void insert(core::SessionRecord session);
    void erase(const core::SessionId& id);
    bool has_user_version(const core::UserId& id, const std::optional<core::UserCopy>& copy) const;

    const ports::Clock& clock_;
    std::mutex mutex_;
    std::unordered_map<core::SessionId, core::SessionRecord> sessions_;
    std::unordered_map<core::UserId, core::UserRecord> users_;
    std::map<core::UserId, std::set<core::SessionId>> sessions_by_user_;
    std::set<std::pair<core::WallTime, core::SessionId>> sessions_by_expiry_;
};

}  // namespace sessgate::adapters
