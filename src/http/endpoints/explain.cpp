#include "http/endpoint.hpp"
#include "http/problem.hpp"
#include "http/request_body.hpp"

namespace sessgate::http::endpoints {
namespace {

using nlohmann::json;

std::string_view to_text(core::TokenRole role) noexcept {
    switch (role) {
        case core::TokenRole::retired:
            return "retired";
        case core::TokenRole::previous:
            return "previous";
        case core::TokenRole::current:
            return "current";
        case core::TokenRole::successor:
            return "successor";
        case core::TokenRole::none:
            break;
    }
    return "none";
}

std::string_view to_text(core::SessionState state) noexcept {
    switch (state) {
        case core::SessionState::active:
            return "active";
        case core::SessionState::idle:
            return "idle";
        case core::SessionState::dead:
            break;
    }
    return "dead";
}

/// What is told of a token with nothing behind it.
json denied_for(core::Reason reason) {
    return {{"verdict", "deny"},      {"reason", core::to_text(reason)}, {"role", nullptr},   {"state", nullptr},
            {"handsOutToken", false}, {"writes", json::array()},         {"session", nullptr}};
}

json writes_of(const service::ExplainedToken& token) {
    json writes = json::array();
    if (token.explanation.renews) writes.push_back("renewal");
    if (token.explanation.rotates) writes.push_back("rotation");
    if (token.explanation.promotes) writes.push_back("promotion");
    if (token.explanation.retires) writes.push_back("retirement");
    if (token.revokes) writes.push_back("revocation");
    return writes;
}

json facts_of(const core::SessionRecord& session) {
    json facts{{"sessionId", session.id.view()},
               {"userId", session.user.view()},
               {"hasUser", session.user_copy.has_value()},
               {"createdAt", core::to_ms(session.created_at)},
               {"activePeriodExpiresAt", core::to_ms(session.periods.active_until)},
               {"idlePeriodExpiresAt", core::to_ms(session.periods.idle_until)},
               {"absoluteExpiresAt", nullptr}};
    if (session.absolute_end) facts["absoluteExpiresAt"] = core::to_ms(*session.absolute_end);
    return facts;
}

json told(const service::ExplainedToken& token) {
    const core::Explanation& explanation = token.explanation;
    json answer{{"verdict", explanation.denied ? "deny" : "allow"},
                {"reason", nullptr},
                {"role", to_text(explanation.role)},
                {"state", to_text(explanation.state)},
                {"handsOutToken", explanation.hands_out},
                {"writes", writes_of(token)},
                {"session", facts_of(*token.session)}};
    if (explanation.denied) answer["reason"] = core::to_text(*explanation.denied);
    return answer;
}

void write(Exchange& exchange, json explanation) {
    exchange.response.body += json{{"explanation", std::move(explanation)}}.dump();
}

}  // namespace

/// The token comes in the body, so that no log of requests keeps it, and never goes back.
ports::Task<void> explain_token(Exchange& exchange) {
    const auto body = object_in(exchange);
    if (!body) co_return;
    const auto member = body->find("token");
    if (body->size() != 1 || member == body->end() || !member->is_string()) {
        co_return write_problem(exchange.response, 422, "body_invalid", R"(Send {"token": "…"}.)");
    }
    const auto token = exchange.context.config.tokens.read(member->get<std::string>());
    if (!token) co_return write(exchange, denied_for(core::Reason::malformed));
    const auto explained = co_await exchange.context.sessions.explain(*token);
    if (!explained) co_return write_unavailable(exchange, explained.error());
    write(exchange, *explained ? told(**explained) : denied_for(core::Reason::unknown));
}

}  // namespace sessgate::http::endpoints
