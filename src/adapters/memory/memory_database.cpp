#include "adapters/memory/memory_store.hpp"

namespace sessgate::adapters {

std::unique_ptr<ports::SessionStore> MemoryDatabase::open_shard() {
    return std::make_unique<MemoryStore>(*this);
}

std::size_t MemoryDatabase::sweep() {
    const std::lock_guard lock(mutex_);
    return forget_expired();
}

std::size_t MemoryDatabase::forget_expired() {
    const core::WallTime now = clock_.wall();
    std::size_t count = 0;
    for (; !sessions_by_expiry_.empty() && sessions_by_expiry_.begin()->first < now; ++count) {
        const core::SessionId id = sessions_by_expiry_.begin()->second;
        erase(id);
    }
    return count;
}

void MemoryDatabase::insert(core::SessionRecord session) {
    sessions_by_user_[session.user].insert(session.id);
    sessions_by_expiry_.emplace(core::store_expiry(session), session.id);
    const core::SessionId id = session.id;
    sessions_.emplace(id, std::move(session));
}

void MemoryDatabase::erase(const core::SessionId& id) {
    const auto found = sessions_.find(id);
    const auto of_user = sessions_by_user_.find(found->second.user);
    of_user->second.erase(id);
    if (of_user->second.empty()) sessions_by_user_.erase(of_user);
    sessions_by_expiry_.erase({core::store_expiry(found->second), id});
    sessions_.erase(found);
}

bool MemoryDatabase::has_user_version(const core::UserId& id, const std::optional<core::UserCopy>& copy) const {
    const auto user = users_.find(id);
    if (user == users_.end()) return !copy;
    return copy && copy->version == user->second.version;
}

}  // namespace sessgate::adapters
