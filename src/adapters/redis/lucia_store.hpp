#pragma once

#include "adapters/redis/lucia_keys.hpp"
#include "adapters/redis/redis_store.hpp"

namespace sessgate::adapters::redis {

/// One shard's sessions where Lucia keeps them, beside a Lucia that reads and writes them as well. Users are in our own
/// records, and read after the session, since Lucia's records have no place for a copy.
///
/// Lucia writes without conditions, so what it writes back after a revocation of ours is back; what we write is never
/// the cause of that. A record has no tag: it proves by the id in it that it is the one that was asked for.
class LuciaStore final : public ports::SessionStore {
public:
    LuciaStore(std::shared_ptr<ShardClient> client, const StoreSurroundings& surroundings, const LuciaKeys& keys);
    ~LuciaStore() override;

    ports::Async<std::optional<core::SessionRecord>> find(core::SessionId id) override;
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
    bool tells_versions() const noexcept override;
    ports::Async<void> check() override;

private:
    /// A session by both of its names.
    struct Member {
        std::string stored_id;  ///< as Lucia has it: may be a secret
        core::SessionId id;
    };

    core::SteadyTime deadline_from_now() const noexcept;
    std::optional<std::string> key_of(const core::SessionId& id) const;

    // One attempt each; nullopt: another write came in between.
    ports::Async<std::optional<ports::Replaced>> try_replace(const core::SessionRecord& expected,
                                                             const core::SessionRecord& desired,
                                                             core::SteadyTime deadline);
    ports::Async<std::optional<ports::Created>> try_create(const core::SessionRecord& session,
                                                           core::SteadyTime deadline);
    Request write_of(const core::SessionRecord& session, std::string_view condition) const;

    ports::Async<std::vector<std::string>> members_of(core::UserId user, core::SteadyTime deadline);
    ports::Async<void> append_sessions(std::vector<core::SessionRecord>& sessions, const core::UserId& user,
                                       std::span<const Member> members, core::SteadyTime deadline);
    ports::Async<std::size_t> remove_sessions(const core::UserId& user, std::span<const std::string> stored_ids,
                                              core::SteadyTime deadline);
    ports::Task<void> prune(core::UserId user, core::SteadyTime deadline);
    ports::Async<core::UserCopy> copy_of(core::UserId user);

    std::shared_ptr<ShardClient> client_;
    StoreSurroundings surroundings_;
    const LuciaKeys& keys_;
    RedisStore users_;
};

}  // namespace sessgate::adapters::redis
