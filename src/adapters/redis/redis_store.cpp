#include "adapters/redis/redis_store.hpp"

#include "adapters/redis/answers.hpp"
#include "adapters/redis/load.hpp"
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

Async<std::optional<SessionRecord>> RedisStore::find(SessionId id) {
    return find_from(id, deadline_from_now(), std::nullopt);
}

Async<std::optional<SessionRecord>> RedisStore::find_from(SessionId id, core::SteadyTime deadline,
                                                          std::optional<NodeAnswer> first) {
    const std::string key = surroundings_.keys.session(id);
    const auto found = co_await load(*client_, id.bucket(), key, deadline, std::move(first));
    if (!found) co_return found.error();
    if (!found->text) co_return std::nullopt;
    auto session = surroundings_.codec.decode_session(id, *found->text);
    if (session) co_return std::move(*session);
    found->from.distrust();
    co_return session.error();
}

Async<std::optional<UserRecord>> RedisStore::find_user(UserId id) {
    const std::string bucket = core::bucket_of(id);
    const auto found = co_await load(*client_, bucket, surroundings_.keys.user(id), deadline_from_now());
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
        if (node->bucket().empty()) continue;
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
    note_refusal(*node, answer);
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

/// In the server's own words; a user who may not ask for the time only gets no metric of it.
void RedisStore::note_refusal(const ShardNode& node, const Answer& answer) {
    constexpr std::string_view event = "redis_refused";
    const std::string server = to_text(node.node().target.address);
    const Reply* const refusal = first_error(std::span(answer.replies).first(3));
    if (refusal == nullptr) return surroundings_.notices.over(event, server);
    surroundings_.notices.say(ports::Level::warning, event, server, refusal->text);
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
