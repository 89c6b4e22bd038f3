#include "adapters/redis/answers.hpp"
#include "adapters/redis/commit.hpp"
#include "adapters/redis/redis_store.hpp"

namespace sessgate::adapters::redis {

using core::Errc;
using core::Result;
using core::SessionRecord;
using core::UserId;
using core::UserRecord;
using ports::Async;
using ports::Created;
using ports::Replaced;

namespace {

/// Transactions that lost in a row, although what they were decided on still stands. By chance that hardly happens.
constexpr int attempts_max = 8;

/// The index outlives every session in it, and is gone some time after the last one.
constexpr auto index_life = std::chrono::days(400);
constexpr auto pruned_after = std::chrono::days(1);

core::Milliseconds time_left(core::SteadyTime deadline) {
    constexpr auto way_back = core::Milliseconds(20);
    const auto left = std::chrono::duration_cast<core::Milliseconds>(deadline - core::SteadyTime::clock::now());
    return std::max(left - way_back, core::Milliseconds(1));  // 0 would be for ever
}

}  // namespace

void RedisStore::add_index_write(Request& request, const SessionRecord& session) const {
    const core::WallTime expiry = core::store_expiry(session);
    const std::string index = surroundings_.keys.index(session.user);
    request.add({"ZADD", index, ms_text(expiry), session.id.view()});
    request.add({"PEXPIREAT", index, ms_text(std::max(surroundings_.clock.wall() + index_life, expiry))});
}

/// Asks `request`, which begins with WATCH, where the keys of `bucket` are. Again until `deadline` while they are
/// elsewhere or on their way.
Async<RedisStore::Watched> RedisStore::watch(std::string_view bucket, Request request, core::SteadyTime deadline) {
    for (;;) {
        Transactions::Lease connection = co_await client_->begin(bucket, deadline);
        if (!connection) co_return Errc::store_unavailable;
        Request copy = request;
        Answer watched = co_await connection->ask(std::move(copy), deadline);
        if (watched.failed()) co_return error_of_read(watched.failure);
        const Reply* const error = first_error(watched.replies);
        if (error == nullptr) co_return Watched{std::move(connection), std::move(watched)};
        co_await unwatch(*connection, watched, deadline);
        const bool again = co_await client_->may_try_again(*error, deadline);
        if (!again) co_return error_of(*error);
    }
}

/// The user in a value that was read twice.
Result<std::optional<UserRecord>> RedisStore::user_in(const UserId& id, const Reply& first, const Reply& second) const {
    const Reply* const value = value_of(first, second);
    if (value == nullptr) return Errc::store_protocol;
    if (value->is(Reply::Type::nil)) return std::optional<UserRecord>();
    auto user = surroundings_.codec.decode_user(id, value->text);
    if (!user) return user.error();
    return std::optional(std::move(*user));
}

Async<Replaced> RedisStore::replace(SessionRecord expected, SessionRecord desired) {
    const core::SteadyTime deadline = deadline_from_now();
    for (int attempt = 0; attempt < attempts_max; ++attempt) {
        const auto replaced = co_await try_replace(expected, desired, deadline);
        // Whatever came of it: nobody may go on with what was read before.
        surroundings_.versions.raise(expected.id.bucket());
        if (!replaced) co_return replaced.error();
        if (*replaced) co_return **replaced;
    }
    co_return Replaced::changed;
}

Async<std::optional<Replaced>> RedisStore::try_replace(const SessionRecord& expected, const SessionRecord& desired,
                                                       core::SteadyTime deadline) {
    const std::string key = surroundings_.keys.session(expected.id);
    Request request;
    request.add({"WATCH", key}).add({"GET", key}).add({"GET", key}).add({"ECHO", key});
    const auto seen = co_await watch(expected.id.bucket(), std::move(request), deadline);
    if (!seen) co_return seen.error();
    const auto& [connection, watched] = *seen;
    const Reply* value = value_of(watched.replies[1], watched.replies[2]);
    const bool makes_sense = value && watched.replies[0].is_status("OK") && watched.replies[3].is_string(key);
    const bool is_gone = makes_sense && value->is(Reply::Type::nil);
    auto found = makes_sense && !is_gone ? surroundings_.codec.decode_session(expected.id, value->text)
                                         : core::Result<SessionRecord>(Errc::store_protocol);
    if (!is_gone && !found) {
        connection->distrust(watched.incarnation);
        co_return Errc::store_protocol;
    }
    if (is_gone || *found != expected) {
        co_await unwatch(*connection, watched, deadline);
        co_return is_gone ? Replaced::gone : Replaced::changed;
    }

    const std::string record = surroundings_.codec.encode(desired);
    if (record.size() > core::record_size_max) {
        co_await unwatch(*connection, watched, deadline);
        co_return Errc::store_full;  // better unwritten than unreadable
    }
    Request commands;
    if (desired == expected) {
        // WAIT is for what this connection wrote, and counts all that was written before that.
        commands.add({"SET", surroundings_.keys.pairing(expected.id.bucket(), expected.id.view()), "", "PX", "1000"});
    } else {
        commands.add({"SET", key, record, "XX", "PXAT", ms_text(core::store_expiry(desired))});
        add_index_write(commands, desired);
    }
    // A successor that is in a browser may not be taken back by a failover.
    Replicas replicas;
    if (desired.next) replicas = {surroundings_.wait_replicas, time_left(deadline)};
    const auto done = co_await commit(*connection, watched, commands, deadline, replicas);
    if (!done) co_return done.error();
    if (!done->is_done) co_return std::nullopt;
    if (done->replies.front().is(Reply::Type::nil)) co_return Replaced::gone;  // it expired just now
    if (!done->is_replicated) co_return Errc::store_timeout;
    co_return Replaced::replaced;
}

Async<Created> RedisStore::create(SessionRecord session) {
    const core::SteadyTime deadline = deadline_from_now();
    for (int attempt = 0; attempt < attempts_max; ++attempt) {
        const auto created = co_await try_create(session, deadline);
        surroundings_.versions.raise(session.id.bucket());
        if (!created) co_return created.error();
        if (*created) co_return **created;
    }
    co_return Errc::store_unavailable;
}

Async<std::optional<Created>> RedisStore::try_create(const SessionRecord& session, core::SteadyTime deadline) {
    const std::string record = surroundings_.codec.encode(session);
    if (record.size() > core::record_size_max) co_return Errc::store_full;
    const std::string key = surroundings_.keys.session(session.id);
    const std::string user_key = surroundings_.keys.user(session.user);
    Request request;
    request.add({"WATCH", key, user_key}).add({"EXISTS", key});
    request.add({"GET", user_key}).add({"GET", user_key}).add({"ECHO", key});
    const auto seen = co_await watch(session.id.bucket(), std::move(request), deadline);
    if (!seen) co_return seen.error();
    const auto& [connection, watched] = *seen;
    const Reply& exists = watched.replies[1];
    const auto user = user_in(session.user, watched.replies[2], watched.replies[3]);
    const bool is_in_order =
        watched.replies[0].is_status("OK") && exists.is(Reply::Type::integer) && watched.replies[4].is_string(key);
    if (!user || !is_in_order) {
        connection->distrust(watched.incarnation);
        co_return Errc::store_protocol;
    }
    const auto version = *user ? std::optional((*user)->version) : std::nullopt;
    const auto copied = session.user_copy ? std::optional(session.user_copy->version) : std::nullopt;
    if (exists.integer != 0 || version != copied) {
        co_await unwatch(*connection, watched, deadline);
        if (exists.integer != 0) co_return Errc::session_exists;
        co_return Created::user_changed;
    }

    Request commands;
    commands.add({"SET", key, record, "NX", "PXAT", ms_text(core::store_expiry(session))});
    commands.add({"ZREMRANGEBYSCORE", surroundings_.keys.index(session.user), "-inf",
                  "(" + ms_text(surroundings_.clock.wall() - pruned_after)});
    add_index_write(commands, session);
    const auto done = co_await commit(*connection, watched, commands, deadline);
    if (!done) co_return done.error();
    if (!done->is_done) co_return std::nullopt;
    if (done->replies.front().is(Reply::Type::nil)) co_return Errc::session_exists;
    co_return Created::created;
}

Async<Replaced> RedisStore::replace_user(std::optional<UserRecord> expected, UserRecord desired) {
    const core::SteadyTime deadline = deadline_from_now();
    for (int attempt = 0; attempt < attempts_max; ++attempt) {
        const auto replaced = co_await try_replace_user(expected, desired, deadline);
        if (!replaced) co_return replaced.error();
        if (*replaced) co_return **replaced;
    }
    co_return Replaced::changed;
}

Async<std::optional<Replaced>> RedisStore::try_replace_user(const std::optional<UserRecord>& expected,
                                                            const UserRecord& desired, core::SteadyTime deadline) {
    const std::string record = surroundings_.codec.encode(desired);
    if (record.size() > core::record_size_max) co_return Errc::store_full;
    const std::string bucket = core::bucket_of(desired.id);
    const std::string key = surroundings_.keys.user(desired.id);
    Request request;
    request.add({"WATCH", key}).add({"GET", key}).add({"GET", key}).add({"ECHO", key});
    const auto seen = co_await watch(bucket, std::move(request), deadline);
    if (!seen) co_return seen.error();
    const auto& [connection, watched] = *seen;
    const auto found = user_in(desired.id, watched.replies[1], watched.replies[2]);
    if (!found || !watched.replies[0].is_status("OK") || !watched.replies[3].is_string(key)) {
        connection->distrust(watched.incarnation);
        co_return Errc::store_protocol;
    }
    if (*found != expected) {
        co_await unwatch(*connection, watched, deadline);
        co_return expected && !*found ? Replaced::gone : Replaced::changed;
    }

    Request commands;
    commands.add({"SET", key, record});
    const auto done = co_await commit(*connection, watched, commands, deadline);
    if (!done) co_return done.error();
    if (!done->is_done) co_return std::nullopt;
    co_return Replaced::replaced;
}

}  // namespace sessgate::adapters::redis
