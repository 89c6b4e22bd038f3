#include "http/endpoint.hpp"
#include "http/new_session.hpp"
#include "http/problem.hpp"
#include "http/request_body.hpp"
#include "http/session_answer.hpp"
#include "sessgate/core/json.hpp"

namespace sessgate::http::endpoints {
namespace {

/// The one kind of answer that shows a token: to whoever made it.
void write_issued(Exchange& exchange, const service::IssuedSession& issued) {
    const core::WallTime now = exchange.context.sessions.now();
    std::string& out = exchange.response.body;
    out += R"({"session":)";
    append_session(out, exchange.context.config.session_shape,
                   {issued.session, core::SessionState::active, true, &issued.token});
    append_set_cookie_member(out, cookies_for(exchange.context.config, issued.token, issued.session, now));
    out += '}';
}

}  // namespace

ports::Task<void> create_session(Exchange& exchange) {
    const auto body = object_in(exchange);
    if (!body) co_return;
    std::optional<service::NewSession> wanted = new_session_in(exchange, *body);
    if (!wanted) co_return;

    const auto issued = co_await exchange.context.sessions.create(std::move(*wanted));
    if (!issued) co_return write_unavailable(exchange, issued.error());
    exchange.response.status = 201;
    write_issued(exchange, *issued);
}

ports::Task<void> rotate_session(Exchange& exchange) {
    const auto id = session_id_in(exchange);
    if (!id) co_return;
    const auto issued = co_await exchange.context.sessions.rotate(*id);
    if (!issued) co_return write_unavailable(exchange, issued.error());
    if (!*issued) co_return write_not_found(exchange, "session");
    write_issued(exchange, **issued);
}

ports::Task<void> show_session(Exchange& exchange) {
    const auto id = session_id_in(exchange);
    if (!id) co_return;
    const auto found = co_await exchange.context.sessions.show(*id);
    if (!found) co_return write_unavailable(exchange, found.error());
    if (!*found) co_return write_not_found(exchange, "session");
    const core::SessionState state = core::state_at(**found, exchange.context.sessions.now());
    exchange.response.body += R"({"session":)";
    append_session(exchange.response.body, exchange.context.config.session_shape, {**found, state});
    exchange.response.body += '}';
}

ports::Task<void> revoke_session(Exchange& exchange) {
    const auto id = session_id_in(exchange);
    if (!id) co_return;
    const auto revoked = co_await exchange.context.sessions.revoke(*id);
    if (!revoked) co_return write_unavailable(exchange, revoked.error());
    if (!*revoked) co_return write_not_found(exchange, "session");
    exchange.response.status = 204;
}

/// It has to be asked for in a word: a path whose last part was left out by mistake must not sign everybody out.
ports::Task<void> revoke_everything(Exchange& exchange) {
    if (exchange.request.query != "of=everybody") {
        co_return write_problem(exchange.response, 400, "query_invalid",
                                "To end all sessions, the query is of=everybody.");
    }
    const auto revoked = co_await exchange.context.sessions.revoke_everything();
    if (!revoked) co_return write_unavailable(exchange, revoked.error());
    exchange.response.body += R"({"revoked":)";
    core::append_json_integer(exchange.response.body, static_cast<std::int64_t>(*revoked));
    exchange.response.body += '}';
}

}  // namespace sessgate::http::endpoints
