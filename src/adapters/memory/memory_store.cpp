#include "adapters/memory/memory_store.hpp"

namespace sessgate::adapters {

using core::Errc;
using core::SessionId;
using core::SessionRecord;
using core::UserId;
using core::UserRecord;
using ports::Async;
using ports::Created;
using ports::Replaced;
using ports::SessionPage;

Async<std::optional<SessionRecord>> MemoryStore::find(SessionId id) {
    const std::lock_guard lock(database_.mutex_);
    const auto found = database_.sessions_.find(id);
    if (found == database_.sessions_.end()) co_return std::nullopt;
    co_return found->second;
}

Async<Created> MemoryStore::create(SessionRecord session) {
    const std::lock_guard lock(database_.mutex_);
    database_.forget_expired();
    if (database_.sessions_.contains(session.id)) co_return Errc::session_exists;
    if (!database_.has_user_version(session.user, session.user_copy)) co_return Created::user_changed;

    database_.insert(std::move(session));
    co_return Created::created;
}

Async<Replaced> MemoryStore::replace(SessionRecord expected, SessionRecord desired) {
    const std::lock_guard lock(database_.mutex_);
    const auto found = database_.sessions_.find(expected.id);
    if (found == database_.sessions_.end()) co_return Replaced::gone;
    if (found->second != expected) co_return Replaced::changed;

    database_.erase(expected.id);
    database_.insert(std::move(desired));
    co_return Replaced::replaced;
}

Async<bool> MemoryStore::revoke(SessionId id) {
    const std::lock_guard lock(database_.mutex_);
    if (!database_.sessions_.contains(id)) co_return false;
    database_.erase(id);
    co_return true;
}

Async<SessionPage> MemoryStore::sessions_of(UserId user, std::optional<SessionId> after, std::size_t limit) {
    const std::lock_guard lock(database_.mutex_);
    SessionPage page;
    const auto of_user = database_.sessions_by_user_.find(user);
    if (of_user == database_.sessions_by_user_.end()) co_return page;

    const std::set<SessionId>& ids = of_user->second;
    auto id = after ? ids.upper_bound(*after) : ids.begin();
    for (; id != ids.end() && page.sessions.size() < limit; ++id) page.sessions.push_back(database_.sessions_.at(*id));
    if (id != ids.end()) page.next_after = page.sessions.back().id;
    co_return page;
}

Async<std::size_t> MemoryStore::revoke_all(UserId user, std::optional<SessionId> except) {
    const std::lock_guard lock(database_.mutex_);
    const auto of_user = database_.sessions_by_user_.find(user);
    if (of_user == database_.sessions_by_user_.end()) co_return 0;

    std::set<SessionId> ending = of_user->second;
    if (except) ending.erase(*except);
    for (const SessionId& id : ending) database_.erase(id);
    co_return ending.size();
}

Async<std::size_t> MemoryStore::revoke_everything() {
    const std::lock_guard lock(database_.mutex_);
    const std::size_t count = database_.sessions_.size();
    database_.sessions_.clear();
    database_.sessions_by_user_.clear();
    database_.sessions_by_expiry_.clear();
    co_return count;
}

Async<ports::StorePart> MemoryStore::part(std::string) {
    const std::lock_guard lock(database_.mutex_);
    ports::StorePart all;
    for (const auto& [id, user] : database_.users_) all.users.push_back(user);
    for (const auto& [id, session] : database_.sessions_) all.sessions.push_back(session);
    all.total = all.users.size() + all.sessions.size();
    co_return all;
}

Async<std::optional<UserRecord>> MemoryStore::find_user(UserId id) {
    const std::lock_guard lock(database_.mutex_);
    const auto found = database_.users_.find(id);
    if (found == database_.users_.end()) co_return std::nullopt;
    co_return found->second;
}

Async<Replaced> MemoryStore::replace_user(std::optional<UserRecord> expected, UserRecord desired) {
    const std::lock_guard lock(database_.mutex_);
    const auto found = database_.users_.find(desired.id);
    if (found == database_.users_.end() && expected) co_return Replaced::gone;
    const bool as_expected = found == database_.users_.end() ? !expected : expected == found->second;
    if (!as_expected) co_return Replaced::changed;

    const UserId id = desired.id;
    database_.users_.insert_or_assign(id, std::move(desired));
    co_return Replaced::replaced;
}

Async<bool> MemoryStore::remove_user(UserId id) {
    const std::lock_guard lock(database_.mutex_);
    co_return database_.users_.erase(id) > 0;
}

Async<void> MemoryStore::check() {
    co_return core::Result<void>();
}

}  // namespace sessgate::adapters
