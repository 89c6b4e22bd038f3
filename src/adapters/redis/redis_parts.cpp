#include "adapters/redis/answers.hpp"
#include "adapters/redis/redis_store.hpp"
#include "adapters/redis/scan.hpp"

namespace sessgate::adapters::redis {

using core::Errc;
using ports::Async;
using ports::StorePart;

namespace {

/// The user that `key`, behind `prefix` with the mark of users, is of.
std::optional<core::UserId> user_id_in(std::string_view key, std::string_view prefix) {
    const auto end = key.find("}:", prefix.size());
    return end == std::string_view::npos ? std::nullopt : core::UserId::parse(key.substr(end + 2));
}

}  // namespace

Async<std::size_t> RedisStore::revoke_everything() {
    const std::string pattern = as_pattern(surroundings_.keys.prefix()) + std::string(session_mark) + "*";
    const auto removed = co_await remove_all(*client_, pattern, surroundings_.deadline);
    surroundings_.versions.raise_all();
    if (!removed) co_return removed.error();
    co_return *removed;
}

/// Adds the record that stands under `key`. False: it is none.
bool RedisStore::add_to(StorePart& part, std::string_view key, std::string_view text) const {
    const std::string sessions = surroundings_.keys.prefix() + std::string(session_mark);
    if (key.starts_with(sessions)) {
        const auto id = session_id_in(key, sessions);
        auto session = id ? surroundings_.codec.decode_session(*id, text) : Errc::store_protocol;
        if (session) part.sessions.push_back(std::move(*session));
        return session.has_value();
    }
    const auto id = user_id_in(key, surroundings_.keys.prefix() + std::string(user_mark));
    auto user = id ? surroundings_.codec.decode_user(*id, text) : Errc::store_protocol;
    if (user) part.users.push_back(std::move(*user));
    return user.has_value();
}

Async<StorePart> RedisStore::part(std::string at) {
    const auto place = at.empty() ? ScanPlace::first(*client_) : ScanPlace::parse(at);
    if (!place) co_return Errc::store_protocol;
    const core::SteadyTime deadline = deadline_from_now();
    const std::string pattern = as_pattern(surroundings_.keys.prefix()) + "[su]:*";
    const auto step = co_await scan(*client_, *place, pattern, deadline);
    if (!step) co_return step.error();
    StorePart part;
    if (step->next) part.next = step->next->text();
    part.total = co_await count_keys(*client_, deadline);
    if (step->keys.empty()) co_return part;

    Request request;
    for (const std::string& key : step->keys) request.add({"GET", key});
    const Answer answer = co_await ask_at(*client_, step->node, std::move(request), deadline);
    if (answer.failed()) co_return error_of_read(answer.failure);
    for (std::size_t i = 0; i < step->keys.size(); ++i) {
        const Reply& reply = answer.replies[i];
        if (reply.is(Reply::Type::error)) co_return error_of(reply);
        if (reply.is(Reply::Type::string) && !add_to(part, step->keys[i], reply.text)) co_return Errc::store_protocol;
    }
    co_return part;
}

}  // namespace sessgate::adapters::redis
