#include "http/credentials.hpp"
#include "http/endpoint.hpp"
#include "http/json_body.hpp"
#include "http/problem.hpp"
#include "http/request_body.hpp"
#include "http/scope.hpp"
#include "http/session_answer.hpp"

namespace sessgate::http::endpoints {
namespace {

using nlohmann::json;

constexpr std::string_view shape =
    R"(Send {"session": {"token": "…"}}, {"token": "…"}, or {"session": null} with or without "revoke": true.)";

/// What the body asks for.
struct Wanted {
    std::optional<std::string> token;  ///< none: `null` was sent
    bool revoke = false;
};

std::optional<Wanted> wanted_by(const json& body) {
    const auto revoke = body.find("revoke");
    const auto session = body.find("session");
    const auto token = body.find("token");
    const bool has_session = session != body.end();
    const bool has_token = token != body.end();
    if (has_session == has_token) return std::nullopt;
    if (has_session && session->is_null()) {
        if (revoke == body.end()) return Wanted{};
        if (!revoke->is_boolean()) return std::nullopt;
        return Wanted{std::nullopt, revoke->get<bool>()};
    }
    if (revoke != body.end()) return std::nullopt;
    if (has_token) return token->is_string() ? std::optional(Wanted{token->get<std::string>()}) : std::nullopt;
    const auto inner = session->is_object() ? session->find("token") : session->end();
    if (inner == session->end() || !inner->is_string()) return std::nullopt;
    return Wanted{inner->get<std::string>()};
}

/// Later calls of the browser request are answered for what was set. Says so where they are not.
void set_in_scope(Exchange& exchange, std::optional<core::Token> token) {
    const Request& request = exchange.request;
    if (request.scope.empty()) return;
    const std::string_view scope = scope_of(request);
    const service::Credential presented = credential_of(request, exchange.context.config);
    if (!scope.empty() && exchange.context.sessions.set_in_scope(presented, scope, token)) return;
    exchange.response.add_field("X-Session-Scope", "ignored");
}

ports::Task<void> set(Exchange& exchange, const std::string& text) {
    service::Credential credential;
    if (const auto token = exchange.context.config.tokens.read(text)) credential.tokens.push_back(*token);
    const service::ValidateOptions options{true, scope_of(exchange.request)};
    const core::Verdict verdict = co_await exchange.context.sessions.validate(credential, options);
    if (const auto* failure = std::get_if<core::Unavailable>(&verdict)) {
        co_return write_unavailable(exchange, failure->error);
    }
    if (const auto* allow = std::get_if<core::Allow>(&verdict)) {
        set_in_scope(exchange, credential.tokens.front());
        co_return write_set_session(exchange, *allow);
    }
    write_problem(exchange.response, 422, "session_invalid", "The token is not that of a live session.");
}

/// Ends the sessions of the tokens that came with this call, before the cookie is removed.
ports::Task<void> remove(Exchange& exchange, bool revoke) {
    if (revoke) {
        service::Credential credential = credential_of(exchange.request, exchange.context.config);
        const auto revoked = co_await exchange.context.sessions.revoke_presented(std::move(credential));
        if (!revoked) co_return write_unavailable(exchange, revoked.error());
    }
    set_in_scope(exchange, std::nullopt);
    write_removal(exchange);
}

}  // namespace

ports::Task<void> set_session(Exchange& exchange) {
    const auto body = object_in(exchange);
    if (!body) co_return;
    const std::optional<Wanted> wanted = wanted_by(*body);
    if (!wanted) co_return write_problem(exchange.response, 422, "body_invalid", shape);
    if (wanted->token) {
        co_await set(exchange, *wanted->token);
    } else {
        co_await remove(exchange, wanted->revoke);
    }
}

}  // namespace sessgate::http::endpoints
