#pragma once

#include "adapters/lmdb/environment.hpp"
#include "adapters/lmdb/health.hpp"
#include "adapters/lmdb/write_queue.hpp"
#include "sessgate/ports/bucket_versions.hpp"
#include "sessgate/ports/session_store.hpp"

namespace sessgate::adapters::lmdb {

/// What all shards of a database share.
struct Shared {
    const Environment& environment;
    const core::RecordCodec& codec;
    WriteQueue& queue;
    Health& health;
    const ports::BucketVersions& versions;
    core::Milliseconds deadline;
};

/// One shard's way into an LmdbDatabase. Reads happen at once, on the shard's thread; writes are queued for the writer
/// and awaited. The shard's thread only.
class LmdbStore final : public ports::SessionStore {
public:
    LmdbStore(const Shared& shared, const ports::Executor& executor);

    ports::Async<std::optional<core::SessionRecord>> find(core::SessionId id) override;
    bool finds_without_coroutine() const noexcept override { return true; }
    bool begin_find(const core::SessionId& id, std::unique_ptr<ports::FindCall> call) override;
    ports::Async<ports::Created> create(core::SessionRecord session) override;
    ports::Async<ports::Replaced> replace(core::SessionRecord expected, core::SessionRecord desired) override;
    ports::Async<bool> revoke(core::SessionId id) override;
    ports::Async<ports::SessionPage> sessions_of(core::UserId user, std::optional<core::SessionId> after,
                                                 std::size_t limit) override;
    ports::Async<std::size_t> revoke_all(core::UserId user, std::optional<core::SessionId> except) override;
    ports::Async<std::size_t> revoke_everything() override;
    ports::Async<ports::StorePart> part(std::string at) override;
    ports::Async<std::optional<core::UserRecord>> find_user(core::UserId id) override;
    ports::Async<ports::Replaced> replace_user(std::optional<core::UserRecord> expected,
                                               core::UserRecord desired) override;
    ports::Async<bool> remove_user(core::UserId id) override;
    std::optional<std::uint64_t> version_of(const core::SessionId& id) const noexcept override;
    void expect(std::string_view bucket) const noexcept override { shared_.versions.expect(bucket); }
    bool tells_versions() const noexcept override;
    ports::Async<void> check() override;

private:
    template <typename T, typename Look>
    core::Result<T> read(Look look) noexcept;
    core::Result<std::optional<core::SessionRecord>> session(const core::SessionId& id) noexcept;
    ports::Async<std::size_t> written(std::unique_ptr<Write> write);
    ports::Async<std::size_t> written_within(std::unique_ptr<Write> write, core::Milliseconds patience);

    Shared shared_;
    PendingWrites& pending_;
    Reader reader_;
};

}  // namespace sessgate::adapters::lmdb
