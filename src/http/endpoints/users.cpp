#include <charconv>

#include "http/endpoint.hpp"
#include "http/problem.hpp"
#include "http/query.hpp"
#include "http/request_body.hpp"
#include "http/session_answer.hpp"
#include "sessgate/core/json.hpp"

namespace sessgate::http::endpoints {
namespace {

constexpr std::size_t limit_default = 100;
constexpr std::size_t limit_max = 1000;

/// Which part of a list is asked for.
struct PageRequest {
    std::optional<core::SessionId> after;
    std::size_t limit = limit_default;
};

std::optional<PageRequest> page_in(Exchange& exchange) {
    PageRequest page;
    const std::string_view query = exchange.request.query;
    if (!holds_only(query, {"limit", "after"})) {
        write_problem(exchange.response, 400, "query_invalid", "The query holds limit and after, each once at most.");
        return std::nullopt;
    }
    if (const auto text = parameter_in(query, "limit")) {
        const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), page.limit);
        const bool whole = error == std::errc{} && end == text->data() + text->size();
        if (!whole || page.limit < 1 || page.limit > limit_max) {
            write_problem(exchange.response, 400, "query_invalid", "limit is a number from 1 to 1000.");
            return std::nullopt;
        }
    }
    if (const auto text = parameter_in(query, "after")) {
        page.after = core::SessionId::parse(*text);
        if (!page.after) {
            write_problem(exchange.response, 400, "query_invalid", "after is a session id, as nextAfter names it.");
            return std::nullopt;
        }
    }
    return page;
}

void write_user(Exchange& exchange, const core::UserRecord& user) {
    exchange.response.body += R"({"user":)";
    append_user(exchange.response.body, exchange.context.config.session_shape, user.id, user.attributes);
    exchange.response.body += '}';
}

void write_page(Exchange& exchange, const ports::SessionPage& page) {
    std::string& out = exchange.response.body;
    const core::WallTime now = exchange.context.sessions.now();
    out += R"({"sessions":[)";
    for (const core::SessionRecord& session : page.sessions) {
        if (&session != page.sessions.data()) out += ',';
        append_session(out, exchange.context.config.session_shape, {session, core::state_at(session, now)});
    }
    out += R"(],"nextAfter":)";
    if (page.next_after) {
        core::append_json_string(out, page.next_after->view());
    } else {
        out += "null";
    }
    out += '}';
}

}  // namespace

ports::Task<void> list_sessions(Exchange& exchange) {
    const auto user = user_id_in(exchange);
    if (!user) co_return;
    const auto wanted = page_in(exchange);
    if (!wanted) co_return;
    const auto page = co_await exchange.context.sessions.list(*user, wanted->after, wanted->limit);
    if (!page) co_return write_unavailable(exchange, page.error());
    write_page(exchange, *page);
}

ports::Task<void> revoke_sessions(Exchange& exchange) {
    const auto user = user_id_in(exchange);
    if (!user) co_return;
    if (!holds_only(exchange.request.query, {"except"})) {
        co_return write_problem(exchange.response, 400, "query_invalid", "The query holds except, once at most.");
    }
    std::optional<core::SessionId> except;
    if (const auto text = parameter_in(exchange.request.query, "except")) {
        except = core::SessionId::parse(*text);
        if (!except) co_return write_problem(exchange.response, 400, "query_invalid", "except is a session id.");
    }
    const auto revoked = co_await exchange.context.sessions.revoke_all(*user, except);
    if (!revoked) co_return write_unavailable(exchange, revoked.error());
    exchange.response.body += R"({"revoked":)";
    core::append_json_integer(exchange.response.body, static_cast<std::int64_t>(*revoked));
    exchange.response.body += '}';
}

ports::Task<void> put_user(Exchange& exchange) {
    const auto id = user_id_in(exchange);
    if (!id) co_return;
    const auto body = object_in(exchange);
    if (!body) co_return;
    if (body->size() != 1 || !body->contains("attributes")) {
        co_return write_problem(exchange.response, 422, "body_invalid", R"(Send {"attributes": {…}}.)");
    }
    std::optional<std::string> attributes = attributes_in(exchange, body->at("attributes"));
    if (!attributes) co_return;
    const auto user = co_await exchange.context.sessions.put_user(*id, std::move(*attributes));
    if (!user) co_return write_unavailable(exchange, user.error());
    write_user(exchange, *user);
}

ports::Task<void> show_user(Exchange& exchange) {
    const auto id = user_id_in(exchange);
    if (!id) co_return;
    const auto user = co_await exchange.context.sessions.find_user(*id);
    if (!user) co_return write_unavailable(exchange, user.error());
    if (!*user) co_return write_not_found(exchange, "user");
    write_user(exchange, **user);
}

ports::Task<void> remove_user(Exchange& exchange) {
    const auto id = user_id_in(exchange);
    if (!id) co_return;
    const auto removed = co_await exchange.context.sessions.remove_user(*id);
    if (!removed) co_return write_unavailable(exchange, removed.error());
    if (!*removed) co_return write_not_found(exchange, "user");
    exchange.response.status = 204;
}

}  // namespace sessgate::http::endpoints
