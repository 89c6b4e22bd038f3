#include "adapters/redis/answers.hpp"
#include "adapters/redis/commit.hpp"
#include "adapters/redis/lucia_store.hpp"

namespace sessgate::adapters::redis {

using core::Errc;
using core::SessionRecord;
using ports::Async;
using ports::Created;
using ports::Replaced;

namespace {

/// Transactions that lost in a row, although what they were decided on still stands. By chance that hardly happens.
constexpr int attempts_max = 8;

SessionRecord without_copy(SessionRecord session) {
    session.user_copy.reset();
    return session;
}

}  // namespace

/// The record and its place in the user's set, which is there afterwards even if Lucia had lost it.
Request LuciaStore::write_of(const SessionRecord& session, std::string_view condition) const {
    const std::string stored_id = keys_.records().ids().stored(session.id).value();
    Request commands;
    commands.add({"SET", keys_.session(stored_id), keys_.records().encode(session), condition, "PXAT",
                  ms_text(core::store_expiry(session))});
    commands.add({"SADD", keys_.index(session.user), stored_id});
    return commands;
}

Async<Replaced> LuciaStore::replace(SessionRecord expected, SessionRecord desired) {
    const core::SteadyTime deadline = deadline_from_now();
    for (int attempt = 0; attempt < attempts_max; ++attempt) {
        const auto replaced = co_await try_replace(expected, desired, deadline);
        surroundings_.versions.raise(expected.id.bucket());
        if (!replaced) co_return replaced.error();
        if (*replaced) co_return **replaced;
    }
    co_return Replaced::changed;
}

Async<std::optional<Replaced>> LuciaStore::try_replace(const SessionRecord& expected, const SessionRecord& desired,
                                                       core::SteadyTime deadline) {
    const auto wanted_key = key_of(expected.id);
    if (!wanted_key) co_return Replaced::gone;
    const std::string& key = *wanted_key;
    const Transactions::Lease connection = co_await client_->begin(expected.id.bucket(), deadline);
    if (!connection) co_return Errc::store_unavailable;
    Request request;
    request.add({"WATCH", key}).add({"GET", key}).add({"GET", key}).add({"ECHO", key});
    const Answer watched = co_await connection->ask(std::move(request), deadline);
    if (watched.failed()) co_return error_of_read(watched.failure);
    if (const Reply* error = first_error(watched.replies)) {
        co_await unwatch(*connection, watched, deadline);
        co_return error_of(*error);
    }
    const Reply* value = value_of(watched.replies[1], watched.replies[2]);
    const bool makes_sense = value && watched.replies[0].is_status("OK") && watched.replies[3].is_string(key);
    const bool is_gone = makes_sense && value->is(Reply::Type::nil);
    const auto found = makes_sense && !is_gone ? keys_.records().decode(expected.id, value->text)
                                               : core::Result<SessionRecord>(Errc::store_protocol);
    if (!is_gone && !found) {
        connection->distrust(watched.incarnation);
        co_return Errc::store_protocol;
    }
    const SessionRecord kept = keys_.records().as_kept(desired);
    const bool is_changed = !is_gone && *found != without_copy(expected);
    if (is_gone || is_changed || *found == kept) {
        co_await unwatch(*connection, watched, deadline);
        if (is_gone) co_return Replaced::gone;
        co_return is_changed ? Replaced::changed : Replaced::replaced;
    }

    const Request commands = write_of(kept, "XX");
    const auto done = co_await commit(*connection, watched, commands, deadline, {});
    if (!done) co_return done.error();
    if (!done->is_done) co_return std::nullopt;
    if (done->replies.front().is(Reply::Type::nil)) co_return Replaced::gone;  // it expired just now
    co_return Replaced::replaced;
}

Async<Created> LuciaStore::create(SessionRecord session) {
    const core::SteadyTime deadline = deadline_from_now();
    for (int attempt = 0; attempt < attempts_max; ++attempt) {
        const auto created = co_await try_create(session, deadline);
        surroundings_.versions.raise(session.id.bucket());
        if (!created) co_return created.error();
        if (!*created) continue;
        co_await prune(session.user, deadline);
        co_return **created;
    }
    co_return Errc::store_unavailable;
}

Async<std::optional<Created>> LuciaStore::try_create(const SessionRecord& session, core::SteadyTime deadline) {
    const auto wanted_key = key_of(session.id);
    if (!wanted_key) co_return Errc::store_protocol;
    const std::string& key = *wanted_key;
    const Transactions::Lease connection = co_await client_->begin(session.id.bucket(), deadline);
    if (!connection) co_return Errc::store_unavailable;
    Request request;
    request.add({"WATCH", key}).add({"EXISTS", key}).add({"ECHO", key});
    const Answer watched = co_await connection->ask(std::move(request), deadline);
    if (watched.failed()) co_return error_of_read(watched.failure);
    if (const Reply* error = first_error(watched.replies)) {
        co_await unwatch(*connection, watched, deadline);
        co_return error_of(*error);
    }
    const Reply& exists = watched.replies[1];
    if (!watched.replies[0].is_status("OK") || !exists.is(Reply::Type::integer) || !watched.replies[2].is_string(key)) {
        connection->distrust(watched.incarnation);
        co_return Errc::store_protocol;
    }
    if (exists.integer != 0) {
        co_await unwatch(*connection, watched, deadline);
        co_return Errc::session_exists;
    }
    const Request commands = write_of(keys_.records().as_kept(session), "NX");
    const auto done = co_await commit(*connection, watched, commands, deadline, {});
    if (!done) co_return done.error();
    if (!done->is_done) co_return std::nullopt;
    co_return Created::created;
}

}  // namespace sessgate::adapters::redis
