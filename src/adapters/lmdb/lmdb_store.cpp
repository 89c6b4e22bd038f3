#include "adapters/lmdb/lmdb_store.hpp"

#include "adapters/lmdb/page.hpp"

namespace sessgate::adapters::lmdb {

using core::Errc;
using core::Result;
using core::SessionId;
using core::SessionRecord;
using core::UserId;
using core::UserRecord;
using ports::Async;
using ports::Created;
using ports::Replaced;
using ports::SessionPage;

LmdbStore::LmdbStore(const Shared& shared, const ports::Executor& executor)
    : shared_(shared), pending_(PendingWrites::on(executor)), reader_(shared.environment.handle()) {}

/// `look` sees one state of the data and answers a Result. Nothing may be awaited inside.
template <typename T, typename Look>
Result<T> LmdbStore::read(Look look) noexcept {
    if (!shared_.health.is_good()) return Errc::store_unavailable;
    try {
        const Read state(reader_);
        return look(WriteContext{state.handle(), shared_.environment.tables(), shared_.codec});
    } catch (const Failure& failure) {
        if (is_fatal(failure.code)) {
            shared_.health.fail("read", failure.code);
        } else {
            shared_.health.warn("read", failure.code);
        }
        return Errc::store_unavailable;
    }
}

Result<std::optional<SessionRecord>> LmdbStore::session(const SessionId& id) noexcept {
    return read<std::optional<SessionRecord>>([&](const WriteContext& state) { return load_session(state, id); });
}

Async<std::optional<SessionRecord>> LmdbStore::find(SessionId id) {
    co_return session(id);
}

bool LmdbStore::begin_find(const SessionId& id, std::unique_ptr<ports::FindCall> call) {
    call->found(ports::shared(session(id)));
    return true;
}

Async<std::optional<UserRecord>> LmdbStore::find_user(UserId id) {
    co_return read<std::optional<UserRecord>>([&](const WriteContext& state) { return load_user(state, id); });
}

Async<SessionPage> LmdbStore::sessions_of(UserId user, std::optional<SessionId> after, std::size_t limit) {
    co_return read<SessionPage>([&](const WriteContext& state) { return load_page(state, user, after, limit); });
}

/// None once the database has failed: nothing could be revoked any more, so nothing is allowed from memory either.
std::optional<std::uint64_t> LmdbStore::version_of(const SessionId& id) const noexcept {
    if (!tells_versions()) return std::nullopt;
    return shared_.versions.of(id.bucket());
}

bool LmdbStore::tells_versions() const noexcept {
    return shared_.health.is_good();
}

/// A full store is ready: it still answers for the sessions it has, and taking the sidecar out would end them all.
Async<void> LmdbStore::check() {
    co_return read<void>([](const WriteContext&) { return Result<void>(); });
}

Async<std::size_t> LmdbStore::written(std::unique_ptr<Write> write) {
    return written_within(std::move(write), shared_.deadline);
}

Async<std::size_t> LmdbStore::written_within(std::unique_ptr<Write> write, core::Milliseconds patience) {
    if (!shared_.health.is_good()) co_return Errc::store_unavailable;
    // What a newer program added to a record may leave no room for what we add: better unwritten than unreadable.
    if (write->growth() > core::record_size_max) co_return Errc::store_full;

    const auto deadline = core::SteadyTime::clock::now() + patience;
    const auto hand_over = [&](std::uint64_t ticket) {
        if (shared_.queue.push({std::move(write), ticket, pending_.mailbox()})) return;
        // Through the mailbox, because a coroutine must not be resumed while it is being suspended.
        pending_.mailbox()->deliver(ticket, Errc::store_unavailable);
    };
    const WriteOutcome outcome = co_await pending_.wait(deadline, hand_over);
    co_return outcome;
}

Async<Created> LmdbStore::create(SessionRecord session) {
    std::unique_ptr<Write> write = create_session(shared_.codec, session);
    const auto created = co_await written(std::move(write));
    if (!created) co_return created.error();
    co_return static_cast<Created>(*created);
}

Async<Replaced> LmdbStore::replace(SessionRecord expected, SessionRecord desired) {
    std::unique_ptr<Write> write = replace_session(shared_.codec, std::move(expected), desired);
    const auto replaced = co_await written(std::move(write));
    if (!replaced) co_return replaced.error();
    co_return static_cast<Replaced>(*replaced);
}

Async<bool> LmdbStore::revoke(SessionId id) {
    std::unique_ptr<Write> write = revoke_session(id);
    const auto count = co_await written(std::move(write));
    if (!count) co_return count.error();
    co_return *count > 0;
}

Async<std::size_t> LmdbStore::revoke_all(UserId user, std::optional<SessionId> except) {
    std::unique_ptr<Write> write = revoke_sessions_of(std::move(user), except);
    return written(std::move(write));
}

/// About a millisecond for each 64 sessions, on a disk that takes so long to flush.
Async<std::size_t> LmdbStore::revoke_everything() {
    constexpr auto patience = std::chrono::minutes(10);
    std::unique_ptr<Write> write = revoke_every_session();
    return written_within(std::move(write), patience);
}

Async<ports::StorePart> LmdbStore::part(std::string at) {
    co_return read<ports::StorePart>([&](const WriteContext& state) { return load_part(state, at); });
}

Async<Replaced> LmdbStore::replace_user(std::optional<UserRecord> expected, UserRecord desired) {
    std::unique_ptr<Write> write = lmdb::replace_user(shared_.codec, std::move(expected), desired);
    const auto replaced = co_await written(std::move(write));
    if (!replaced) co_return replaced.error();
    co_return static_cast<Replaced>(*replaced);
}

Async<bool> LmdbStore::remove_user(UserId id) {
    std::unique_ptr<Write> write = lmdb::remove_user(std::move(id));
    const auto count = co_await written(std::move(write));
    if (!count) co_return count.error();
    co_return *count > 0;
}

}  // namespace sessgate::adapters::lmdb
