#include <algorithm>
#include <set>

#include "adapters/redis/answers.hpp"
#include "adapters/redis/redis_store.hpp"

namespace sessgate::adapters::redis {

using core::Errc;
using core::Result;
using core::SessionId;
using core::SessionRecord;
using core::UserId;
using ports::Async;
using ports::SessionPage;

namespace {

/// Sessions in one command.
constexpr std::size_t step_max = 128;

/// The session ids in an index; nullopt: it holds something else.
std::optional<std::vector<SessionId>> ids_in(const Reply& members) {
    if (!members.is(Reply::Type::array)) return std::nullopt;
    std::vector<SessionId> ids;
    for (const Reply& member : members.elements) {
        const auto id = member.is(Reply::Type::string) ? SessionId::parse(member.text) : std::nullopt;
        if (!id) return std::nullopt;
        ids.push_back(*id);
    }
    return ids;
}

Request with_members(std::string_view command, std::string_view key, std::span<const SessionId> ids) {
    std::vector<std::string_view> parts{command, key};
    for (const SessionId& id : ids) parts.push_back(id.view());
    Request request;
    return request.add(parts);
}

}  // namespace

/// DEL alone, since that works when the memory is full. The record tells whose index the id is to be taken out of.
Async<bool> RedisStore::revoke(SessionId id) {
    const core::SteadyTime deadline = deadline_from_now();
    const std::string key = surroundings_.keys.session(id);
    Request request;
    request.add({"GET", key}).add({"DEL", key}).add({"ECHO", key});
    const NodeAnswer told = co_await client_->ask(id.bucket(), std::move(request), deadline);
    surroundings_.versions.raise(id.bucket());
    if (told.answer.failed()) co_return error_of_write(told.answer.failure);
    const auto& replies = told.answer.replies;
    if (replies[1].is(Reply::Type::error)) co_return error_of(replies[1]);
    if (!replies[1].is(Reply::Type::integer) || !replies[2].is_string(key)) {
        told.distrust();
        co_return Errc::store_timeout;
    }
    if (replies[1].integer == 0) co_return false;

    const auto session = surroundings_.codec.decode_session(id, replies[0].text);
    if (session) {
        // What stays in the index when this fails is skipped by whoever reads it, and pruned.
        Request clean_up;
        clean_up.add({"ZREM", surroundings_.keys.index(session->user), id.view()});
        co_await client_->ask(id.bucket(), std::move(clean_up), deadline);
    }
    co_return true;
}

/// Read twice and joined: a damaged id in one of the lists must not hide a session from a revocation.
Async<std::vector<SessionId>> RedisStore::ids_of(UserId user, core::SteadyTime deadline) {
    const std::string index = surroundings_.keys.index(user);
    const std::string bucket = core::bucket_of(user);
    Request request;
    request.add({"ZRANGE", index, "0", "-1"}).add({"ECHO", index});
    request.add({"ZRANGE", index, "0", "-1"}).add({"ECHO", index});
    const NodeAnswer told = co_await client_->read(bucket, std::move(request), deadline);
    if (told.answer.failed()) co_return error_of_read(told.answer.failure);
    const auto& replies = told.answer.replies;
    if (const Reply* error = first_error(replies)) co_return error_of(*error);
    auto ids = ids_in(replies[0]);
    const auto again = ids_in(replies[2]);
    if (!ids || !again || !replies[1].is_string(index) || !replies[3].is_string(index)) {
        told.distrust();
        co_return Errc::store_protocol;
    }
    ids->insert(ids->end(), again->begin(), again->end());
    std::ranges::sort(*ids);
    const auto repeated = std::ranges::unique(*ids);
    ids->erase(repeated.begin(), repeated.end());
    co_return std::move(*ids);
}

Async<SessionPage> RedisStore::sessions_of(UserId user, std::optional<SessionId> after, std::size_t limit) {
    const core::SteadyTime deadline = deadline_from_now();
    const auto ids = co_await ids_of(user, deadline);
    if (!ids) co_return ids.error();
    auto first = after ? std::ranges::upper_bound(*ids, *after) : ids->begin();
    SessionPage page;
    while (first != ids->end() && page.sessions.size() < limit) {
        const auto left = static_cast<std::size_t>(ids->end() - first);
        const std::size_t count = std::min({left, limit - page.sessions.size(), step_max});
        const std::span<const SessionId> step(first, count);
        const auto appended = co_await append_sessions(page.sessions, user, step, deadline);
        if (!appended) co_return appended.error();
        first += static_cast<std::ptrdiff_t>(count);
    }
    if (first != ids->end()) page.next_after = *(first - 1);
    co_return page;
}

/// Of `ids` those that are there; an index may be ahead of what has expired or was revoked.
Async<void> RedisStore::append_sessions(std::vector<SessionRecord>& sessions, const UserId& user,
                                        std::span<const SessionId> ids, core::SteadyTime deadline) {
    Request request;
    for (const SessionId& id : ids) request.add({"GET", surroundings_.keys.session(id)});
    request.add({"ECHO", user.view()});
    const std::string bucket = core::bucket_of(user);
    const NodeAnswer told = co_await client_->read(bucket, std::move(request), deadline);
    if (told.answer.failed()) co_return error_of_read(told.answer.failure);
    const auto& replies = told.answer.replies;
    if (const Reply* error = first_error(replies)) co_return error_of(*error);
    bool makes_sense = replies.back().is_string(user.view());
    for (std::size_t i = 0; makes_sense && i < ids.size(); ++i) {
        if (replies[i].is(Reply::Type::nil)) continue;
        auto session = surroundings_.codec.decode_session(ids[i], replies[i].text);
        makes_sense = session.has_value();
        if (session && session->user == user) sessions.push_back(std::move(*session));
    }
    if (makes_sense) co_return Result<void>();
    told.distrust();
    co_return Errc::store_protocol;
}

Async<std::size_t> RedisStore::revoke_all(UserId user, std::optional<SessionId> except) {
    const core::SteadyTime deadline = deadline_from_now();
    auto ids = co_await ids_of(user, deadline);
    if (!ids) co_return ids.error();
    if (except) std::erase(*ids, *except);
    std::size_t count = 0;
    for (std::size_t first = 0; first < ids->size(); first += step_max) {
        const std::span<const SessionId> step = std::span(*ids).subspan(first, std::min(step_max, ids->size() - first));
        const auto removed = co_await remove_sessions(user, step, deadline);
        // Some of them are ended by now, so it must not look as if none were.
        if (!removed) co_return count > 0 ? Errc::store_timeout : removed.error();
        count += *removed;
    }
    co_return count;
}

Async<std::size_t> RedisStore::remove_sessions(const UserId& user, std::span<const SessionId> ids,
                                               core::SteadyTime deadline) {
    std::vector<std::string> keys;
    for (const SessionId& id : ids) keys.push_back(surroundings_.keys.session(id));
    std::vector<std::string_view> removal{"DEL"};
    removal.insert(removal.end(), keys.begin(), keys.end());
    Request request;
    request.add(removal).add({"ECHO", user.view()});
    const std::string bucket = core::bucket_of(user);
    const NodeAnswer told = co_await client_->ask(bucket, std::move(request), deadline);
    for (const SessionId& id : ids) surroundings_.versions.raise(id.bucket());
    if (told.answer.failed()) co_return error_of_write(told.answer.failure);
    const auto& replies = told.answer.replies;
    if (replies[0].is(Reply::Type::error)) co_return error_of(replies[0]);
    if (!replies[0].is(Reply::Type::integer) || replies[0].integer < 0 || !replies[1].is_string(user.view())) {
        told.distrust();
        co_return Errc::store_timeout;
    }

    Request clean_up = with_members("ZREM", surroundings_.keys.index(user), ids);
    co_await client_->ask(bucket, std::move(clean_up), deadline);
    co_return static_cast<std::size_t>(replies[0].integer);
}

Async<bool> RedisStore::remove_user(UserId id) {
    const std::string key = surroundings_.keys.user(id);
    const std::string bucket = core::bucket_of(id);
    Request request;
    request.add({"DEL", key}).add({"ECHO", key});
    const NodeAnswer told = co_await client_->ask(bucket, std::move(request), deadline_from_now());
    if (told.answer.failed()) co_return error_of_write(told.answer.failure);
    const auto& replies = told.answer.replies;
    if (replies[0].is(Reply::Type::error)) co_return error_of(replies[0]);
    if (!replies[0].is(Reply::Type::integer) || !replies[1].is_string(key)) {
        told.distrust();
        co_return Errc::store_timeout;
    }
    co_return replies[0].integer != 0;
}

}  // namespace sessgate::adapters::redis
