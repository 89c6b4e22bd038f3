#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "adapters/lmdb/tables.hpp"
#include "sessgate/core/record_codec.hpp"

namespace sessgate::adapters::lmdb {

/// What a write answers: the enumerator, bool or count of the port's call as a number, or why there is none.
using WriteOutcome = core::Result<std::size_t>;

struct WriteContext {
    MDB_txn* transaction;
    const Tables& tables;
    const core::RecordCodec& codec;
};

/// One call of the port that changes something: made on the shard's thread, applied on the writer's.
///
/// May be applied more than once, when a transaction that held it was given up, so `apply` itself must remember
/// nothing. It makes all its checks before its first change: one that answers an error has changed nothing.
class Write {
public:
    virtual ~Write() = default;

    /// Throws Failure, and the transaction must then be given up. Nullopt: done in part, and to be applied again in
    /// the transaction after this one.
    virtual std::optional<WriteOutcome> apply(const WriteContext& context) = 0;

    /// The transaction that held the last `apply` is on disk.
    virtual void committed() noexcept {}

    /// Whether this may change any session, whatever its bucket.
    virtual bool concerns_all() const noexcept { return false; }

    /// The bucket of the sessions that this changes; empty: it changes none.
    virtual std::string_view bucket() const noexcept { return {}; }

    /// Bytes of the record that this adds; 0: it takes none away from the room for revocations.
    virtual std::size_t growth() const noexcept { return 0; }

    /// How many sessions one `apply` may touch: what a transaction may dirty is bounded by it.
    virtual std::size_t weight() const noexcept { return 1; }

    /// Whether a transaction before the last one already did a part of it.
    virtual bool is_partly_done() const noexcept { return false; }
};

std::unique_ptr<Write> create_session(const core::RecordCodec& codec, const core::SessionRecord& session);
std::unique_ptr<Write> replace_session(const core::RecordCodec& codec, core::SessionRecord expected,
                                       const core::SessionRecord& desired);
std::unique_ptr<Write> revoke_session(const core::SessionId& id);
std::unique_ptr<Write> revoke_sessions_of(core::UserId user, std::optional<core::SessionId> except);
std::unique_ptr<Write> revoke_every_session();
std::unique_ptr<Write> replace_user(const core::RecordCodec& codec, std::optional<core::UserRecord> expected,
                                    const core::UserRecord& desired);
std::unique_ptr<Write> remove_user(core::UserId id);

/// The record under `id` as this transaction sees it. Errc::store_protocol when it does not decode.
core::Result<std::optional<core::SessionRecord>> load_session(const WriteContext& context, const core::SessionId& id);
core::Result<std::optional<core::UserRecord>> load_user(const WriteContext& context, const core::UserId& id);

}  // namespace sessgate::adapters::lmdb
