#pragma once

#include "adapters/redis/keys.hpp"
#include "adapters/redis/shard_client.hpp"
#include "sessgate/core/record_codec.hpp"
#include "sessgate/ports/clock.hpp"
#include "sessgate/ports/session_store.hpp"

namespace sessgate::adapters::redis {

/// What all shards' stores use.
struct StoreSurroundings {
    const Keys& keys;
    const core::RecordCodec& codec;
    const ports::Clock& clock;
    Versions& versions;
    Notices& notices;
    std::shared_ptr<Counts> counts;
    core::Milliseconds deadline;
    unsigned wait_replicas;  ///< that must have a successor before it is handed out
};

/// One shard's sessions in Redis. Each call has `deadline` for all of its round trips together.
///
/// An answer counts only when its shape is the one that its command has; else the connection it came from is closed.
/// A record proves by its tag that it is the one that was asked for; a nil proves nothing, so it is asked for again,
/// beside an ECHO that shows that replies have not shifted.
class RedisStore final : public ports::SessionStore {
public:
    RedisStore(std::shared_ptr<ShardClient> client, const StoreSurroundings& surroundings);
    ~RedisStore() override;

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
    void expect(std::string_view bucket) const noexcept override { client_->expect(bucket); }
    bool tells_versions() const noexcept override;
    bool may_take_back() const noexcept override { return surroundings_.wait_replicas > 0; }
    ports::Async<void> check() override;

private:
    class Find;
    core::SteadyTime deadline_from_now() const noexcept;
    ports::Async<std::optional<core::SessionRecord>> find_from(core::SessionId id, core::SteadyTime deadline,
                                                               std::optional<NodeAnswer> first);

    ports::Async<std::vector<core::SessionId>> ids_of(core::UserId user, core::SteadyTime deadline);
    ports::Async<void> append_sessions(std::vector<core::SessionRecord>& sessions, const core::UserId& user,
                                       std::span<const core::SessionId> ids, core::SteadyTime deadline);
    ports::Async<std::size_t> remove_sessions(const core::UserId& user, std::span<const core::SessionId> ids,
                                              core::SteadyTime deadline);

    // One attempt each; nullopt: another write came in between.
    ports::Async<std::optional<ports::Replaced>> try_replace(const core::SessionRecord& expected,
                                                             const core::SessionRecord& desired,
                                                             core::SteadyTime deadline);
    ports::Async<std::optional<ports::Created>> try_create(const core::SessionRecord& session,
                                                           core::SteadyTime deadline);
    ports::Async<std::optional<ports::Replaced>> try_replace_user(const std::optional<core::UserRecord>& expected,
                                                                  const core::UserRecord& desired,
                                                                  core::SteadyTime deadline);
    bool add_to(ports::StorePart& part, std::string_view key, std::string_view text) const;
    /// Keys whose values are as they were answered, or the transaction on that connection will not be done.
    struct Watched {
        Transactions::Lease connection;
        Answer answer;
    };
    ports::Async<Watched> watch(std::string_view bucket, Request request, core::SteadyTime deadline);
    core::Result<std::optional<core::UserRecord>> user_in(const core::UserId& id, const Reply& first,
                                                          const Reply& second) const;
    void add_index_write(Request& request, const core::SessionRecord& session) const;
    ports::Async<void> check_node(ShardNodePointer node);
    void note_refusal(const ShardNode& node, const Answer& answer);
    void note_time(const Reply& reply, core::WallTime asked_at);

    std::shared_ptr<ShardClient> client_;
    StoreSurroundings surroundings_;
    Request get_;          ///< of `begin_find`; only its room is used again
    std::string get_key_;  ///< of that read; likewise
};

}  // namespace sessgate::adapters::redis
