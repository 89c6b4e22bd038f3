#include "adapters/lmdb/page.hpp"

namespace sessgate::adapters::lmdb {
namespace {

using core::Errc;
using core::Result;
using ports::StorePart;

constexpr std::size_t part_size = 256;

// Where a part begins is a letter for the table, users first, and the key behind which it goes on.
constexpr char in_users = 'u';
constexpr char in_sessions = 's';

/// Up to `part_size` keys of `table` after `after`.
std::vector<std::string> keys_after(const WriteContext& context, MDB_dbi table, std::string_view after) {
    std::vector<std::string> keys;
    each_key(context.transaction, table, after, [&](std::string_view key) {
        keys.emplace_back(key);
        return keys.size() < part_size;
    });
    return keys;
}

Result<StorePart> load_users(const WriteContext& context, StorePart part, std::string_view after) {
    const auto keys = keys_after(context, context.tables.users, after);
    for (const std::string& key : keys) {
        const auto id = core::UserId::parse(key);
        auto user = id ? load_user(context, *id) : Errc::store_protocol;
        if (!user || !*user) return Errc::store_protocol;
        part.users.push_back(std::move(**user));
    }
    part.next = keys.size() < part_size ? std::string(1, in_sessions) : in_users + keys.back();
    return part;
}

Result<StorePart> load_sessions(const WriteContext& context, StorePart part, std::string_view after) {
    const auto keys = keys_after(context, context.tables.sessions, after);
    for (const std::string& key : keys) {
        const auto id = core::SessionId::parse(key);
        auto session = id ? load_session(context, *id) : Errc::store_protocol;
        if (!session || !*session) return Errc::store_protocol;
        part.sessions.push_back(std::move(**session));
    }
    if (keys.size() == part_size) part.next = in_sessions + keys.back();
    return part;
}

}  // namespace

Result<StorePart> load_part(const WriteContext& context, std::string_view at) {
    StorePart part;
    part.total = count_entries(context.transaction, context.tables.users) +
                 count_entries(context.transaction, context.tables.sessions);
    if (at.empty() || at.front() == in_users) {
        return load_users(context, std::move(part), at.empty() ? at : at.substr(1));
    }
    return load_sessions(context, std::move(part), at.substr(1));
}

}  // namespace sessgate::adapters::lmdb
