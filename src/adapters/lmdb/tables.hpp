#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "adapters/lmdb/transaction.hpp"
#include "sessgate/core/session_record.hpp"

namespace sessgate::adapters::lmdb {

/// What the file holds. Format 1:
///
///     meta                "format" -> "1"
///     sessions            session id -> record
///     users               user id -> record
///     sessions_by_user    user id, NUL, session id -> store expiry
///     sessions_by_expiry  store expiry, session id -> user id
///
/// A store expiry is 8 bytes, big-endian, milliseconds since the epoch. Both indexes name what the other one needs to
/// be cleaned, so that sweeping and revoke-all remove also a record that no longer decodes.
struct Tables {
    MDB_dbi meta = 0;
    MDB_dbi sessions = 0;
    MDB_dbi users = 0;
    MDB_dbi sessions_by_user = 0;
    MDB_dbi sessions_by_expiry = 0;
};

/// Where a session stands in the tables.
struct SessionPlace {
    core::SessionId id;
    core::UserId user;
    core::WallTime expiry;
};

SessionPlace place_of(const core::SessionRecord& session);

/// The value under `key`, or nullopt. Points into the map: good until the transaction ends or writes.
std::optional<std::string_view> get(MDB_txn* transaction, MDB_dbi table, std::string_view key);
/// `flags`: MDB_APPEND where `key` is behind all others.
void put(MDB_txn* transaction, MDB_dbi table, std::string_view key, std::string_view value, unsigned flags = 0);
/// False when there was nothing.
bool erase(MDB_txn* transaction, MDB_dbi table, std::string_view key);

/// The keys of a session in both indexes, and a store expiry as it stands in them.
std::string user_key(const core::UserId& user, const core::SessionId& id);
std::string expiry_key(core::WallTime expiry, const core::SessionId& id);
std::string expiry_text(core::WallTime expiry);

/// Writes or erases the record together with its entries in both indexes.
void put_session(MDB_txn* transaction, const Tables& tables, const SessionPlace& place, std::string_view record);
bool erase_session(MDB_txn* transaction, const Tables& tables, const SessionPlace& place);

/// The place of the session `id` of `user` as the index has it now, or nullopt.
std::optional<SessionPlace> find_place(MDB_txn* transaction, const Tables& tables, const core::UserId& user,
                                       const core::SessionId& id);

/// Calls `take(key)` for each entry of `table` after `after`, in order, until it returns false.
void each_key(MDB_txn* transaction, MDB_dbi table, std::string_view after,
              const std::function<bool(std::string_view)>& take);
std::size_t count_entries(MDB_txn* transaction, MDB_dbi table);

/// Calls `take(session id)` for the sessions of `user` after `after`, in order, until it returns false.
void each_session_of(MDB_txn* transaction, const Tables& tables, const core::UserId& user,
                     const std::optional<core::SessionId>& after,
                     const std::function<bool(const core::SessionId&)>& take);

/// The same for the sessions whose store expiry is before `now`, the earliest first.
void each_expired(MDB_txn* transaction, const Tables& tables, core::WallTime now,
                  const std::function<bool(const SessionPlace&)>& take);

}  // namespace sessgate::adapters::lmdb
