#include "sessgate/adapters/moving_store.hpp"

#include <algorithm>

#include "sessgate/core/lucia_move.hpp"

namespace sessgate::adapters {

using core::SessionId;
using core::SessionRecord;
using core::UserId;
using core::UserRecord;
using ports::Async;
using ports::SessionPage;

Async<std::optional<SessionRecord>> MovingStore::find(SessionId id) {
    return store_of(id).find(id);
}

Async<ports::Created> MovingStore::create(SessionRecord session) {
    ports::SessionStore& store = store_of(session.id);
    return store.create(std::move(session));
}

Async<ports::Replaced> MovingStore::replace(SessionRecord expected, SessionRecord desired) {
    ports::SessionStore& store = store_of(expected.id);
    return store.replace(std::move(expected), std::move(desired));
}

/// The same session's id in the other layout, where it may be there as well.
Async<std::optional<SessionId>> MovingStore::twin_of(SessionId id) {
    std::optional<SessionId> twin;
    const auto found = co_await find(id);
    if (!found) co_return found.error();
    if (*found) twin = id.is_lucia() ? core::moved_id(**found) : core::origin_of(**found);
    co_return core::Result<std::optional<SessionId>>(twin);
}

Async<bool> MovingStore::revoke(SessionId id) {
    const auto twin = co_await twin_of(id);
    if (!twin) co_return twin.error();
    const std::optional<SessionId> with_lucia = id.is_lucia() ? std::optional(id) : *twin;
    const std::optional<SessionId> own = id.is_lucia() ? *twin : std::optional(id);
    bool is_ended = false;
    if (with_lucia) {
        const auto revoked = co_await lucia_->revoke(*with_lucia);
        if (!revoked) co_return revoked.error();
        is_ended = *revoked;
    }
    if (own) {
        const auto revoked = co_await own_->revoke(*own);
        if (!revoked) co_return revoked.error();
        is_ended = is_ended || *revoked;
    }
    co_return is_ended;
}

Async<SessionPage> MovingStore::sessions_of(UserId user, std::optional<SessionId> after, std::size_t limit) {
    auto own = co_await own_->sessions_of(user, after, limit);
    if (!own) co_return own.error();
    auto others = co_await lucia_->sessions_of(user, after, limit);
    if (!others) co_return others.error();
    SessionPage page;
    page.sessions = std::move(own->sessions);
    std::ranges::move(others->sessions, std::back_inserter(page.sessions));
    std::ranges::sort(page.sessions, {}, &SessionRecord::id);
    // Behind where the shorter of two unfinished pages ends, the other one's sessions are not known yet.
    auto end = own->next_after;
    if (others->next_after) end = end ? std::min(*end, *others->next_after) : others->next_after;
    if (end) std::erase_if(page.sessions, [&](const SessionRecord& session) { return session.id > *end; });
    if (page.sessions.size() > limit) {
        page.sessions.erase(page.sessions.begin() + static_cast<std::ptrdiff_t>(limit), page.sessions.end());
        end = page.sessions.back().id;
    }
    page.next_after = end;
    std::erase_if(page.sessions, core::is_marked_as_moved);
    co_return page;
}

Async<std::size_t> MovingStore::revoke_all(UserId user, std::optional<SessionId> except) {
    std::optional<SessionId> twin;
    if (except) {
        const auto found = co_await twin_of(*except);
        if (!found) co_return found.error();
        twin = *found;
    }
    const bool is_lucia = except && except->is_lucia();
    const auto others = co_await lucia_->revoke_all(user, is_lucia ? except : twin);
    if (!others) co_return others.error();
    const auto own = co_await own_->revoke_all(user, is_lucia ? twin : except);
    if (!own) co_return own.error();
    co_return *others + *own;
}

Async<std::size_t> MovingStore::revoke_everything() {
    const auto others = co_await lucia_->revoke_everything();
    if (!others) co_return others.error();
    const auto own = co_await own_->revoke_everything();
    if (!own) co_return own.error();
    co_return *others + *own;
}

/// Ours; those of Lucia's that have not moved yet are still Lucia's.
Async<ports::StorePart> MovingStore::part(std::string at) {
    return own_->part(std::move(at));
}

Async<std::optional<UserRecord>> MovingStore::find_user(UserId id) {
    return own_->find_user(std::move(id));
}

/// Lucia's store writes the same record, and knows which of its own answers it makes old.
Async<ports::Replaced> MovingStore::replace_user(std::optional<UserRecord> expected, UserRecord desired) {
    return lucia_->replace_user(std::move(expected), std::move(desired));
}

Async<bool> MovingStore::remove_user(UserId id) {
    return lucia_->remove_user(std::move(id));
}

std::optional<std::uint64_t> MovingStore::version_of(const SessionId& id) const noexcept {
    return store_of(id).version_of(id);
}

bool MovingStore::tells_versions() const noexcept {
    return own_->tells_versions() && lucia_->tells_versions();
}

Async<void> MovingStore::check() {
    const auto own = co_await own_->check();
    if (!own) co_return own.error();
    const auto lucia = co_await lucia_->check();
    if (!lucia) co_return lucia.error();
    co_return core::Result<void>();
}

}  // namespace sessgate::adapters
