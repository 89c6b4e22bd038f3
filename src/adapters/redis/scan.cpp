#include "adapters/redis/scan.hpp"

#include "adapters/redis/answers.hpp"
#include "adapters/redis/number.hpp"

namespace sessgate::adapters::redis {

using core::Errc;
using ports::Async;

namespace {

constexpr std::string_view step_size = "512";

/// One walk can miss what a damaged cursor leaves out, or what goes from a server that is still to come to one that
/// was there already; then the second one finds it.
constexpr int whole_walks = 2;
constexpr int walks_max = 10;

/// Of a cursor and keys; false: it is something else.
bool is_scan_reply(const Reply& reply) {
    if (!reply.is(Reply::Type::array) || reply.elements.size() != 2) return false;
    const Reply& keys = reply.elements[1];
    return reply.elements[0].is(Reply::Type::string) && keys.is(Reply::Type::array);
}

struct Walk {
    std::size_t removed = 0;
    bool is_whole = true;  ///< no key was elsewhere when it was to be removed
};

/// One command for each key: in a cluster they are in different slots.
Async<void> remove(ShardClient& client, ScanStep step, core::SteadyTime deadline, Walk& walk) {
    Request request;
    for (const std::string& key : step.keys) request.add({"DEL", key});
    const Answer answer = co_await ask_at(client, step.node, std::move(request), deadline);
    if (answer.failed()) co_return error_of_write(answer.failure);
    for (const Reply& reply : answer.replies) {
        if (reply.is(Reply::Type::integer)) {
            walk.removed += static_cast<std::size_t>(reply.integer);
        } else if (reply.is(Reply::Type::error) && read_redirect(reply)) {
            walk.is_whole = false;
        } else if (reply.is(Reply::Type::error)) {
            co_return error_of(reply);
        } else {
            step.node->reads().distrust(answer.incarnation);
            co_return Errc::store_timeout;
        }
    }
    co_return core::Result<void>();
}

/// `walk` is the caller's, and holds what was done also after an error.
Async<void> remove_in_one_walk(ShardClient& client, std::string pattern, core::Milliseconds patience, Walk& walk) {
    for (std::optional<ScanPlace> place = ScanPlace::first(client); place;) {
        auto step = co_await scan(client, *place, pattern, core::SteadyTime::clock::now() + patience);
        if (!step) co_return step.error();
        place = step->next;
        if (step->keys.empty()) continue;
        const auto deadline = core::SteadyTime::clock::now() + patience;
        const auto removed = co_await remove(client, std::move(*step), deadline, walk);
        if (!removed) co_return removed.error();
    }
    co_return core::Result<void>();
}

}  // namespace

std::string ScanPlace::text() const {
    return std::to_string(topology) + ':' + std::to_string(node) + ':' + cursor;
}

std::optional<ScanPlace> ScanPlace::parse(std::string_view text) {
    const auto end = text.find(':');
    const auto node_end = end == std::string_view::npos ? end : text.find(':', end + 1);
    if (node_end == std::string_view::npos) return std::nullopt;
    const auto topology = number_in<std::uint64_t>(text.substr(0, end));
    const auto node = number_in<std::size_t>(text.substr(end + 1, node_end - end - 1));
    if (!topology || !node) return std::nullopt;
    return ScanPlace{*topology, *node, std::string(text.substr(node_end + 1))};
}

std::string as_pattern(std::string_view text) {
    std::string pattern;
    for (const char c : text) {
        if (std::string_view("*?[]^-\\").find(c) != std::string_view::npos) pattern += '\\';
        pattern += c;
    }
    return pattern;
}

Async<ScanStep> scan(ShardClient& client, ScanPlace place, std::string pattern, core::SteadyTime deadline) {
    const bool is_there = place.topology == client.topology_number() && place.node < client.nodes().size();
    if (!is_there) co_return Errc::store_unavailable;
    const ShardNodePointer node = client.nodes()[place.node];
    Request request;
    request.add({"SCAN", place.cursor, "MATCH", pattern, "COUNT", step_size});
    const Answer answer = co_await node->reads().ask(std::move(request), deadline);
    if (answer.failed()) co_return error_of_read(answer.failure);
    const Reply& reply = answer.replies.front();
    if (reply.is(Reply::Type::error)) co_return error_of(reply);
    if (!is_scan_reply(reply)) {
        node->reads().distrust(answer.incarnation);
        co_return Errc::store_protocol;
    }
    if (place.topology != client.topology_number()) co_return Errc::store_unavailable;
    ScanStep step;
    step.node = node;
    for (const Reply& key : reply.elements[1].elements) step.keys.push_back(key.text);
    place.cursor = reply.elements[0].text;
    if (place.cursor == "0") ++place.node;
    if (place.node < client.nodes().size()) step.next = place;
    co_return step;
}

Async<std::size_t> remove_all(ShardClient& client, std::string pattern, core::Milliseconds patience) {
    std::size_t count = 0;
    int walked = 0;
    for (int attempt = 0; attempt < walks_max && walked < whole_walks; ++attempt) {
        Walk walk;
        const std::uint64_t topology = client.topology_number();
        const auto done = co_await remove_in_one_walk(client, pattern, patience, walk);
        const bool is_same = topology == client.topology_number();
        if (!done && is_same) co_return done.error();
        count += walk.removed;
        walked = is_same && walk.is_whole ? walked + 1 : 0;
    }
    if (walked < whole_walks) co_return Errc::store_timeout;
    co_return count;
}

ports::Task<Answer> ask_at(const ShardClient& client, ShardNodePointer node, Request request,
                           core::SteadyTime deadline) {
    if (!client.is_cluster()) co_return co_await node->reads().ask(std::move(request), deadline);
    Request asking = request.with_asking();
    Answer answer = co_await node->reads().ask(std::move(asking), deadline);
    if (!answer.failed()) drop_answers_to_asking(answer.replies);
    co_return answer;
}

ports::Task<std::size_t> count_keys(ShardClient& client, core::SteadyTime deadline) {
    std::size_t count = 0;
    // A copy: the cluster may change while one of them is asked.
    const std::vector<ShardNodePointer> nodes(client.nodes().begin(), client.nodes().end());
    for (const ShardNodePointer& node : nodes) {
        Request request;
        request.add({"DBSIZE"});
        const Answer answer = co_await node->reads().ask(std::move(request), deadline);
        if (answer.failed() || !answer.replies.front().is(Reply::Type::integer)) co_return 0;
        count += static_cast<std::size_t>(answer.replies.front().integer);
    }
    co_return count;
}

}  // namespace sessgate::adapters::redis
