#include "adapters/lmdb/tables.hpp"

namespace sessgate::adapters::lmdb {
namespace {

constexpr std::size_t expiry_length = 8;

/// LMDB takes its arguments without const and changes none of them.
MDB_val value_of(std::string_view text) {
    return {text.size(), const_cast<char*>(text.data())};
}
std::string_view text_of(const MDB_val& value) {
    return {static_cast<const char*>(value.mv_data), value.mv_size};
}

/// An index that holds anything but what was written there is a damaged file.
[[noreturn]] void refuse_index() {
    throw Failure{MDB_CORRUPTED};
}

core::WallTime expiry_from(std::string_view text) {
    if (text.size() != expiry_length) refuse_index();
    std::uint64_t ms = 0;
    for (const char byte : text) ms = ms << 8 | static_cast<unsigned char>(byte);
    return core::from_ms(static_cast<std::int64_t>(ms));
}

core::SessionId id_from(std::string_view text) {
    const auto id = core::SessionId::parse(text);
    if (!id) refuse_index();
    return *id;
}

core::UserId user_from(std::string_view text) {
    auto user = core::UserId::parse(text);
    if (!user) refuse_index();
    return *std::move(user);
}

/// The start of all keys of `user`; a user id holds no NUL, so no other user's keys start like that.
std::string user_prefix(const core::UserId& user) {
    return std::string(user.view()) + '\0';
}

}  // namespace

SessionPlace place_of(const core::SessionRecord& session) {
    return SessionPlace{session.id, session.user, core::store_expiry(session)};
}

std::optional<std::string_view> get(MDB_txn* transaction, MDB_dbi table, std::string_view key) {
    MDB_val wanted = value_of(key);
    MDB_val value{};
    if (!require_or_missing(mdb_get(transaction, table, &wanted, &value))) return std::nullopt;
    return text_of(value);
}

void put(MDB_txn* transaction, MDB_dbi table, std::string_view key, std::string_view value, unsigned flags) {
    MDB_val name = value_of(key);
    MDB_val content = value_of(value);
    require(mdb_put(transaction, table, &name, &content, flags));
}

bool erase(MDB_txn* transaction, MDB_dbi table, std::string_view key) {
    MDB_val name = value_of(key);
    return require_or_missing(mdb_del(transaction, table, &name, nullptr));
}

std::string user_key(const core::UserId& user, const core::SessionId& id) {
    return user_prefix(user).append(id.view());
}

std::string expiry_key(core::WallTime expiry, const core::SessionId& id) {
    return expiry_text(expiry).append(id.view());
}

std::string expiry_text(core::WallTime expiry) {
    const auto ms = static_cast<std::uint64_t>(core::to_ms(expiry));
    std::string text(expiry_length, '\0');
    for (std::size_t i = 0; i < expiry_length; ++i) text[i] = static_cast<char>(ms >> (8 * (expiry_length - 1 - i)));
    return text;
}

void put_session(MDB_txn* transaction, const Tables& tables, const SessionPlace& place, std::string_view record) {
    put(transaction, tables.sessions, place.id.view(), record);
    put(transaction, tables.sessions_by_user, user_key(place.user, place.id), expiry_text(place.expiry));
    put(transaction, tables.sessions_by_expiry, expiry_key(place.expiry, place.id), place.user.view());
}

bool erase_session(MDB_txn* transaction, const Tables& tables, const SessionPlace& place) {
    erase(transaction, tables.sessions_by_user, user_key(place.user, place.id));
    erase(transaction, tables.sessions_by_expiry, expiry_key(place.expiry, place.id));
    return erase(transaction, tables.sessions, place.id.view());
}

std::optional<SessionPlace> find_place(MDB_txn* transaction, const Tables& tables, const core::UserId& user,
                                       const core::SessionId& id) {
    const auto expiry = get(transaction, tables.sessions_by_user, user_key(user, id));
    if (!expiry) return std::nullopt;
    return SessionPlace{id, user, expiry_from(*expiry)};
}

void each_key(MDB_txn* transaction, MDB_dbi table, std::string_view after,
              const std::function<bool(std::string_view)>& take) {
    // One NUL behind a key is the first place after it.
    const std::string start = std::string(after) + '\0';
    Cursor cursor(transaction, table);
    MDB_val key = value_of(start);
    MDB_val value{};
    for (bool there = cursor.move(key, value, MDB_SET_RANGE); there; there = cursor.move(key, value, MDB_NEXT)) {
        if (!take(text_of(key))) return;
    }
}

std::size_t count_entries(MDB_txn* transaction, MDB_dbi table) {
    MDB_stat stat{};
    require(mdb_stat(transaction, table, &stat));
    return stat.ms_entries;
}

void each_session_of(MDB_txn* transaction, const Tables& tables, const core::UserId& user,
                     const std::optional<core::SessionId>& after,
                     const std::function<bool(const core::SessionId&)>& take) {
    const std::string prefix = user_prefix(user);
    // One NUL behind a key is the first place after it.
    const std::string start = after ? user_key(user, *after) + '\0' : prefix;
    Cursor cursor(transaction, tables.sessions_by_user);
    MDB_val key = value_of(start);
    MDB_val value{};
    for (bool there = cursor.move(key, value, MDB_SET_RANGE); there; there = cursor.move(key, value, MDB_NEXT)) {
        if (!text_of(key).starts_with(prefix)) return;
        if (!take(id_from(text_of(key).substr(prefix.size())))) return;
    }
}

void each_expired(MDB_txn* transaction, const Tables& tables, core::WallTime now,
                  const std::function<bool(const SessionPlace&)>& take) {
    Cursor cursor(transaction, tables.sessions_by_expiry);
    MDB_val key{};
    MDB_val value{};
    for (bool there = cursor.move(key, value, MDB_FIRST); there; there = cursor.move(key, value, MDB_NEXT)) {
        const core::WallTime expiry = expiry_from(text_of(key).substr(0, expiry_length));
        if (expiry >= now) return;
        if (!take(SessionPlace{id_from(text_of(key).substr(expiry_length)), user_from(text_of(value)), expiry})) return;
    }
}

}  // namespace sessgate::adapters::lmdb
