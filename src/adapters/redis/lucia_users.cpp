#include <algorithm>

#include "adapters/redis/answers.hpp"
#include "adapters/redis/commit.hpp"
#include "adapters/redis/lucia_store.hpp"

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

bool append_members(std::vector<std::string>& members, const Reply& reply) {
    if (!reply.is(Reply::Type::array)) return false;
    for (const Reply& member : reply.elements) {
        if (!member.is(Reply::Type::string)) return false;
        members.push_back(member.text);
    }
    return true;
}

template <typename Texts>
Request with_texts(std::initializer_list<std::string_view> command, const Texts& texts) {
    std::vector<std::string_view> parts(command);
    parts.insert(parts.end(), texts.begin(), texts.end());
    Request request;
    return request.add(parts);
}

/// Of `members` those with a nil, or none, in `replies`.
std::vector<std::string> missing_of(std::span<const std::string> members, std::span<const Reply> replies) {
    std::vector<std::string> missing;
    for (std::size_t i = 0; i < members.size(); ++i) {
        if (replies[i].is(Reply::Type::integer) && replies[i].integer == 0) missing.push_back(members[i]);
    }
    return missing;
}

}  // namespace

/// Read twice and joined: a damaged id in one of the lists must not hide a session from a revocation.
Async<std::vector<std::string>> LuciaStore::members_of(UserId user, core::SteadyTime deadline) {
    const std::string index = keys_.index(user);
    Request request;
    request.add({"SMEMBERS", index}).add({"SMEMBERS", index}).add({"ECHO", index});
    const std::string bucket = core::bucket_of(user);
    const NodeAnswer told = co_await client_->read(bucket, std::move(request), deadline);
    if (told.answer.failed()) co_return error_of_read(told.answer.failure);
    const auto& replies = told.answer.replies;
    if (const Reply* error = first_error(replies)) co_return error_of(*error);
    std::vector<std::string> members;
    if (!append_members(members, replies[0]) || !append_members(members, replies[1]) || !replies[2].is_string(index)) {
        told.distrust();
        co_return Errc::store_protocol;
    }
    std::ranges::sort(members);
    const auto repeated = std::ranges::unique(members);
    members.erase(repeated.begin(), repeated.end());
    co_return std::move(members);
}

Async<SessionPage> LuciaStore::sessions_of(UserId user, std::optional<SessionId> after, std::size_t limit) {
    const core::SteadyTime deadline = deadline_from_now();
    const auto stored_ids = co_await members_of(user, deadline);
    if (!stored_ids) co_return stored_ids.error();
    std::vector<Member> members;
    for (const std::string& stored_id : *stored_ids) {
        const auto id = keys_.records().ids().shown(stored_id);
        if (id && (!after || *id > *after)) members.push_back({stored_id, *id});
    }
    std::ranges::sort(members, {}, &Member::id);
    SessionPage page;
    auto first = members.cbegin();
    while (first != members.cend() && page.sessions.size() < limit) {
        const auto left = static_cast<std::size_t>(members.cend() - first);
        const std::size_t count = std::min({left, limit - page.sessions.size(), step_max});
        const std::span<const Member> step(first, count);
        const auto appended = co_await append_sessions(page.sessions, user, step, deadline);
        if (!appended) co_return appended.error();
        first += static_cast<std::ptrdiff_t>(count);
    }
    if (first != members.cend()) page.next_after = (first - 1)->id;
    const auto copy = co_await copy_of(user);
    if (!copy) co_return copy.error();
    for (SessionRecord& session : page.sessions) session.user_copy = *copy;
    co_return page;
}

/// Of `members` those that are there: Lucia leaves those that have expired in the set.
Async<void> LuciaStore::append_sessions(std::vector<SessionRecord>& sessions, const UserId& user,
                                        std::span<const Member> members, core::SteadyTime deadline) {
    Request request;
    for (const Member& member : members) request.add({"GET", keys_.session(member.stored_id)});
    request.add({"ECHO", user.view()});
    const std::string bucket = core::bucket_of(user);
    const NodeAnswer told = co_await client_->read(bucket, std::move(request), deadline);
    if (told.answer.failed()) co_return error_of_read(told.answer.failure);
    const auto& replies = told.answer.replies;
    if (const Reply* error = first_error(replies)) co_return error_of(*error);
    bool makes_sense = replies.back().is_string(user.view());
    for (std::size_t i = 0; makes_sense && i < members.size(); ++i) {
        if (replies[i].is(Reply::Type::nil)) continue;
        auto session = keys_.records().decode(members[i].id, replies[i].text);
        makes_sense = session.has_value();
        if (session && session->user == user) sessions.push_back(std::move(*session));
    }
    if (makes_sense) co_return Result<void>();
    told.distrust();
    co_return Errc::store_protocol;
}

/// DEL alone, since that works when the memory is full. The record tells whose set the id is to be taken out of.
Async<bool> LuciaStore::revoke(SessionId id) {
    const core::SteadyTime deadline = deadline_from_now();
    const auto key = key_of(id);
    if (!key) co_return false;
    Request request;
    request.add({"GET", *key}).add({"DEL", *key}).add({"ECHO", *key});
    const NodeAnswer told = co_await client_->ask(id.bucket(), std::move(request), deadline);
    surroundings_.versions.raise(id.bucket());
    if (told.answer.failed()) co_return error_of_write(told.answer.failure);
    const auto& replies = told.answer.replies;
    if (replies[1].is(Reply::Type::error)) co_return error_of(replies[1]);
    if (!replies[1].is(Reply::Type::integer) || !replies[2].is_string(*key)) {
        told.distrust();
        co_return Errc::store_timeout;
    }
    if (replies[1].integer == 0) co_return false;

    const auto session = keys_.records().decode(id, replies[0].text);
    if (session) {
        Request clean_up;
        clean_up.add({"SREM", keys_.index(session->user), keys_.records().ids().stored(id).value()});
        co_await client_->ask(id.bucket(), std::move(clean_up), deadline);
    }
    co_return true;
}

/// Everything in the set, also what Lucia was given as an id and we would never let in.
Async<std::size_t> LuciaStore::revoke_all(UserId user, std::optional<SessionId> except) {
    const core::SteadyTime deadline = deadline_from_now();
    auto members = co_await members_of(user, deadline);
    if (!members) co_return members.error();
    const auto kept = except ? keys_.records().ids().stored(*except) : std::nullopt;
    if (kept) std::erase(*members, *kept);
    std::size_t count = 0;
    for (std::size_t first = 0; first < members->size(); first += step_max) {
        const auto step = std::span(*members).subspan(first, std::min(step_max, members->size() - first));
        const auto removed = co_await remove_sessions(user, step, deadline);
        // Some of them are ended by now, so it must not look as if none were.
        if (!removed) co_return count > 0 ? Errc::store_timeout : removed.error();
        count += *removed;
    }
    co_return count;
}

Async<std::size_t> LuciaStore::remove_sessions(const UserId& user, std::span<const std::string> stored_ids,
                                               core::SteadyTime deadline) {
    std::vector<std::string> keys;
    for (const std::string& stored_id : stored_ids) keys.push_back(keys_.session(stored_id));
    Request request = with_texts({"DEL"}, keys);
    request.add({"ECHO", user.view()});
    const std::string bucket = core::bucket_of(user);
    const NodeAnswer told = co_await client_->ask(bucket, std::move(request), deadline);
    surroundings_.versions.raise_all();
    if (told.answer.failed()) co_return error_of_write(told.answer.failure);
    const auto& replies = told.answer.replies;
    if (replies[0].is(Reply::Type::error)) co_return error_of(replies[0]);
    if (!replies[0].is(Reply::Type::integer) || replies[0].integer < 0 || !replies[1].is_string(user.view())) {
        told.distrust();
        co_return Errc::store_timeout;
    }

    const std::string index = keys_.index(user);
    Request clean_up = with_texts({"SREM", index}, stored_ids);
    co_await client_->ask(bucket, std::move(clean_up), deadline);
    co_return static_cast<std::size_t>(replies[0].integer);
}

/// Takes those out of the user's set that are there no more. Best effort, and never at a live one's expense: a key that
/// is written in between keeps its place.
ports::Task<void> LuciaStore::prune(UserId user, core::SteadyTime deadline) {
    const auto members = co_await members_of(user, deadline);
    if (!members || members->empty() || members->size() > step_max) co_return;
    const std::string bucket = core::bucket_of(user);
    const auto exist = [&](std::span<const std::string> stored_ids) {
        Request request;
        for (const std::string& stored_id : stored_ids) request.add({"EXISTS", keys_.session(stored_id)});
        return request;
    };
    Request first_look = exist(*members);
    const NodeAnswer told = co_await client_->read(bucket, std::move(first_look), deadline);
    if (told.answer.failed()) co_return;
    const std::vector<std::string> suspects = missing_of(*members, told.answer.replies);
    if (suspects.empty()) co_return;

    const Transactions::Lease connection = co_await client_->begin(bucket, deadline);
    if (!connection) co_return;
    std::vector<std::string> keys;
    keys.reserve(suspects.size());
    for (const std::string& stored_id : suspects) keys.push_back(keys_.session(stored_id));
    Request watch = with_texts({"WATCH"}, keys);
    watch.add(exist(suspects));
    const Answer watched = co_await connection->ask(std::move(watch), deadline);
    if (watched.failed()) co_return;
    const auto second_look = std::span(watched.replies).subspan(1);
    const std::vector<std::string> gone = missing_of(suspects, second_look);
    if (gone.empty()) {
        co_await unwatch(*connection, watched, deadline);
        co_return;
    }
    const std::string index = keys_.index(user);
    const Request removal = with_texts({"SREM", index}, gone);
    const auto done = co_await commit(*connection, watched, removal, deadline, {});
    static_cast<void>(done);  // the next one who signs in tries again
}

}  // namespace sessgate::adapters::redis
