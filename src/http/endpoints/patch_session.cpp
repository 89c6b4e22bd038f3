#include "http/endpoint.hpp"
#include "http/problem.hpp"
#include "http/request_body.hpp"
#include "http/session_answer.hpp"

namespace sessgate::http::endpoints {
namespace {

using nlohmann::json;

/// Of a session a caller may change its attributes, and nothing else: periods and tokens have calls of their own.
bool is_patch_of_attributes(const json& patch) {
    if (patch.empty()) return true;
    if (patch.size() != 1 || !patch.contains("attributes")) return false;
    const json& attributes = patch.at("attributes");
    return attributes.is_object() || attributes.is_null();
}

/// `stored` after `patch` (RFC 7396); nullopt when it is over 3 KiB then. A patch of `null` takes all members away.
std::optional<std::string> patched(const std::string& stored, const json& patch) {
    json attributes = json::parse(stored);
    if (patch.is_null()) attributes = json::object();
    if (patch.is_object()) attributes.merge_patch(patch);
    std::string text = attributes.dump();
    if (text.size() > core::attributes_size_max) return std::nullopt;
    return text;
}

void write_session(Exchange& exchange, const core::SessionRecord& session) {
    const core::SessionState state = core::state_at(session, exchange.context.sessions.now());
    exchange.response.body += R"({"session":)";
    append_session(exchange.response.body, exchange.context.config.session_shape, {session, state});
    exchange.response.body += '}';
}

}  // namespace

ports::Task<void> patch_session(Exchange& exchange) {
    const auto id = session_id_in(exchange);
    if (!id) co_return;
    const auto body = merge_patch_in(exchange);
    if (!body) co_return;
    if (!is_patch_of_attributes(*body)) {
        co_return write_problem(exchange.response, 422, "body_invalid",
                                R"(Send {"attributes": {…}}: a JSON Merge Patch that changes nothing else.)");
    }
    const json patch = body->value("attributes", json::object());
    const service::AttributesChange change = [&patch](const std::string& stored) { return patched(stored, patch); };
    const auto changed = co_await exchange.context.sessions.change_attributes(*id, change);
    if (!changed) co_return write_unavailable(exchange, changed.error());
    if (!*changed) co_return write_not_found(exchange, "session");
    if ((*changed)->is_refused) {
        co_return write_problem(exchange.response, 422, "attributes_too_large",
                                "Attributes take at most 3072 bytes as compact JSON; with this patch they are more.");
    }
    write_session(exchange, (*changed)->session);
}

}  // namespace sessgate::http::endpoints
