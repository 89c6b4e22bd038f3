#include "adapters/redis/redis_store.hpp"

#include "adapters/redis/answers.hpp"
#include "adapters/redis/number.hpp"

namespace sessgate::adapters::redis {

using core::Errc;
using core::Result;
using core::SessionId;
using core::SessionRecord;
using core::UserId;
using core::UserRecord;
using ports::Async;

RedisStore::RedisStore(std::shared_ptr<ShardClient> client, const StoreSurroundings& surroundings)
    : client_(std::move(client)), surroundings_(surroundings) {}

RedisStore::~RedisStore() = default;

core::SteadyTime RedisStore::deadline_from_now() const noexcept {
    return core::SteadyTime::clock::now() + surroundings_.deadline;
}

/// A nil counts when it comes twice, the second time beside its ECHO.
Async<RedisStore::Found> RedisStore::load(std::string_view bucket, std::string key) {
    const core::SteadyTime deadline = deadline_from_now();
    Request first;
    first.add({"GET", key});
    NodeAnswer told = co_await client_->read(bucket, std::move(first), deadline);
    if (told.answer.failed()) co_return error_of_read(told.answer.failure);
    Reply& found = told.answer.replies.front();
    if (found.is(Reply::Type::string)) co_return Found(std::move(found.text), std::move(told));
    if (found.is(Reply::Type::error)) co_return error_of(found);
    if (!found.is(Reply::Type::nil)) {
        told.distrust();
        co_return Errc::store_protocol;
    }

    Request second;
    second.add({"GET", key}).add({"ECHO", key});
    NodeAnswer again = co_await client_->read(bucket, std::move(second), deadline);
    if (again.answer.failed()) co_return error_of_read(again.answer.failure);
    if (const Reply* error = first_error(again.answer.replies)) co_return error_of(*error);
    Reply& value = again.answer.replies[0];
    const bool is_in_order = again.answer.replies[1].is_string(key);
    if (is_in_order && value.is(Reply::Type::nil)) co_return Found();
    if (is_in_order && value.is(Reply::Type::string)) co_return Found(std::move(value.text), std::move(again));
    again.distrust();
    co_return Errc::store_protocol;
}

Async<std::optional<SessionRecord>> RedisStore::find(SessionId id) {
    const auto found = co_await load(id.bucket(), surroundings_.keys.session(id));
    if (!found) co_return found.error();
    if (!found->text) co_return std::nullopt;
    auto session = surroundings_.codec.decode_session(id, *found->text);
    if (session) co_return std::move(*session);
    found->from.distrust();
    co_return session.error();
}

Async<std::optional<UserRecord>> RedisStore::find_user(UserId id) {
    const std::string bucket = core::bucket_of(id);
    const auto found = co_await load(bucket, surroundings_.keys.user(id));
    if (!found) co_return found.error();
    if (!found->text) co_return std::nullopt;
    auto user = surroundings_.codec.decode_user(id, *found->text);
    if (user) co_return std::move(*user);
    found->from.distrust();
    co_return user.error();
}

std::optional<std::uint64_t> RedisStore::version_of(const SessionId& id) const noexcept {
    return client_->version_of(id.bucket());
}

bool RedisStore::tells_versions() const noexcept {
    return client_->are_all_vouched_for();
}

/// Reads and writes a key of its own on each primary, which none but a primary lets it do. A full store is ready: it
/// still answers for the sessions it has.
Async<void> RedisStore::check() {
    if (client_->nodes().empty()) co_return Errc::store_unavailable;
    const auto nodes = client_->nodes();
    for (const ShardNodePointer& node : nodes) {
        const auto checked = co_await check_node(node);
        if (!checked) co_return checked.error();
    }
    co_return Result<void>();
}

Async<void> RedisStore::check_node(ShardNodePointer node) {
    const std::string key = surroundings_.keys.pairing(node->bucket(), "check");
    Request request;
    request.add({"SET", key, "1", "PX", "1000"}).add({"GET", key}).add({"HELLO"}).add({"TIME"});
    const core::WallTime asked_at = surroundings_.clock.wall();
    const Answer answer = co_await node->reads().ask(std::move(request), deadline_from_now());
    if (answer.failed()) co_return error_of_read(answer.failure);
    const Reply& written = answer.replies[0];
    const Reply& read = answer.replies[1];
    const bool is_full = written.is_error("OOM");
    if (written.is(Reply::Type::error) && !is_full) co_return error_of(written);
    if (read.is(Reply::Type::error)) co_return error_of(read);
    const auto server = read_hello(answer.replies[2]);
    const bool makes_sense = (is_full || written.is_status("OK")) && (is_full || read.is_string("1"));
    if (!server || !makes_sense) {
        node->reads().distrust(answer.incarnation);
        co_return Errc::store_protocol;
    }
    if (!server->is_primary) co_return Errc::store_unavailable;
    note_time(answer.replies[3], asked_at);
    co_return Result<void>();
}

/// Seconds and microseconds, which a user who may not ask is not told. They were read between the question and now.
void RedisStore::note_time(const Reply& reply, core::WallTime asked_at) {
    if (reply.elements.size() != 2) return;
    const auto seconds = number_in<std::int64_t>(reply.elements[0].text);
    const auto microseconds = number_in<std::int64_t>(reply.elements[1].text);
    if (!seconds || !microseconds) return;
    const auto there = std::chrono::seconds(*seconds) + std::chrono::microseconds(*microseconds);
    const auto here = asked_at + (surroundings_.clock.wall() - asked_at) / 2;
    surroundings_.counts->set_clock_skew(there - here.time_since_epoch());
}

}  // namespace sessgate::adapters::redis
