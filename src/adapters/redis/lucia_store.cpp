#include "adapters/redis/lucia_store.hpp"

#include "adapters/redis/load.hpp"

namespace sessgate::adapters::redis {

using core::SessionId;
using core::SessionRecord;
using core::UserCopy;
using core::UserId;
using core::UserRecord;
using ports::Async;
using ports::Replaced;

LuciaStore::LuciaStore(std::shared_ptr<ShardClient> client, const StoreSurroundings& surroundings,
                       const LuciaKeys& keys)
    : client_(std::move(client)), surroundings_(surroundings), keys_(keys), users_(client_, surroundings) {}

LuciaStore::~LuciaStore() = default;

core::SteadyTime LuciaStore::deadline_from_now() const noexcept {
    return core::SteadyTime::clock::now() + surroundings_.deadline;
}

/// Nullopt: no session that Lucia could have made has that id.
std::optional<std::string> LuciaStore::key_of(const SessionId& id) const {
    const auto stored_id = keys_.records().ids().stored(id);
    return stored_id ? std::optional(keys_.session(*stored_id)) : std::nullopt;
}

Async<std::optional<SessionRecord>> LuciaStore::find(SessionId id) {
    const auto key = key_of(id);
    if (!key) co_return std::nullopt;
    const auto found = co_await load(*client_, id.bucket(), *key, deadline_from_now());
    if (!found) co_return found.error();
    if (!found->text) co_return std::nullopt;
    auto session = keys_.records().decode(id, *found->text);
    if (!session) {
        found->from.distrust();
        co_return session.error();
    }
    auto copy = co_await copy_of(session->user);
    if (!copy) co_return copy.error();
    session->user_copy = std::move(*copy);
    co_return std::move(*session);
}

/// A user whom nobody put has no attributes here, and is there all the same: Lucia knows it.
Async<UserCopy> LuciaStore::copy_of(UserId user) {
    UserCopy copy;
    auto found = co_await users_.find_user(std::move(user));
    if (!found) co_return found.error();
    if (*found) copy = UserCopy{(*found)->version, std::move((*found)->attributes)};
    co_return copy;
}

Async<std::optional<UserRecord>> LuciaStore::find_user(UserId id) {
    return users_.find_user(std::move(id));
}

/// Sessions of that user may be in any bucket.
Async<Replaced> LuciaStore::replace_user(std::optional<UserRecord> expected, UserRecord desired) {
    const auto replaced = co_await users_.replace_user(std::move(expected), std::move(desired));
    surroundings_.versions.raise_all();
    if (!replaced) co_return replaced.error();
    co_return *replaced;
}

Async<bool> LuciaStore::remove_user(UserId id) {
    const auto removed = co_await users_.remove_user(std::move(id));
    surroundings_.versions.raise_all();
    if (!removed) co_return removed.error();
    co_return *removed;
}

std::optional<std::uint64_t> LuciaStore::version_of(const SessionId& id) const noexcept {
    return client_->version_of(id.bucket());
}

bool LuciaStore::tells_versions() const noexcept {
    return client_->are_all_vouched_for();
}

Async<void> LuciaStore::check() {
    return users_.check();
}

}  // namespace sessgate::adapters::redis
