#include "adapters/redis/scan.hpp"

#include <charconv>

#include "adapters/redis/answers.hpp"

namespace sessgate::adapters::redis {

using core::Errc;
using ports::Async;

namespace {

constexpr std::string_view step_size = "512";

/// Of a cursor and keys; false: it is something else.
bool is_scan_reply(const Reply& reply) {
    if (!reply.is(Reply::Type::array) || reply.elements.size() != 2) return false;
    const Reply& keys = reply.elements[1];
    return reply.elements[0].is(Reply::Type::string) && keys.is(Reply::Type::array);
}

}  // namespace

std::optional<ScanPlace> ScanPlace::parse(std::string_view text) {
    const auto colon = text.find(':');
    if (colon == std::string_view::npos) return std::nullopt;
    const std::string_view number = text.substr(0, colon);
    ScanPlace place{0, std::string(text.substr(colon + 1))};
    const auto [end, error] = std::from_chars(number.data(), number.data() + number.size(), place.node);
    if (error != std::errc() || end != number.data() + number.size()) return std::nullopt;
    return place;
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
    if (place.node >= client.nodes().size()) co_return Errc::store_unavailable;
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
    ScanStep step;
    for (const Reply& key : reply.elements[1].elements) step.keys.push_back(key.text);
    place.cursor = reply.elements[0].text;
    if (place.cursor == "0") ++place.node;
    if (place.node < client.nodes().size()) step.next = place;
    co_return step;
}

Async<std::size_t> remove_all(ShardClient& client, std::string pattern, core::Milliseconds patience) {
    std::size_t count = 0;
    for (std::optional<ScanPlace> place = ScanPlace(); place;) {
        const ScanPlace here = *place;
        const auto step = co_await scan(client, here, pattern, core::SteadyTime::clock::now() + patience);
        if (!step) co_return step.error();
        place = step->next;
        if (step->keys.empty()) continue;
        // One command for each key: in a cluster they are in different slots.
        Request request;
        for (const std::string& key : step->keys) request.add({"DEL", key});
        const ShardNodePointer node = client.nodes()[here.node];
        const Answer answer = co_await node->reads().ask(std::move(request), core::SteadyTime::clock::now() + patience);
        if (answer.failed()) co_return error_of_write(answer.failure);
        for (const Reply& reply : answer.replies) {
            if (reply.is(Reply::Type::error)) co_return error_of(reply);
            count += static_cast<std::size_t>(reply.integer);
        }
    }
    co_return count;
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
