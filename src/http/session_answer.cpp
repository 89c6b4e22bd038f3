#include "http/session_answer.hpp"

#include "http/problem.hpp"
#include "sessgate/core/json.hpp"

namespace sessgate::http {

using core::Allow;
using core::Deny;
using service::KeptSession;

namespace {

/// Ends the body's object with `setCookie` and says the same in fields.
void finish(Exchange& exchange, std::span<const std::string> cookies) {
    for (const std::string& cookie : cookies) exchange.response.add_field("Set-Cookie", cookie);
    append_set_cookie_member(exchange.response.body, cookies);
    exchange.response.body += '}';
}

void append_replacement(std::string& out, const Allow& allow) {
    if (!allow.replacement) return;
    out += R"(,"token":")";
    core::append_token(out, *allow.replacement);
    out += '"';
}

void write_allow(Exchange& exchange, bool is_bearer, const Allow& allow, WithUser with_user) {
    std::string& body = exchange.response.body;
    exchange.response.add_field("X-Session-State", to_text(allow.state));
    body += R"({"session":)";
    append_session(body, exchange.context.config.session_shape, {*allow.session, allow.state, allow.fresh});
    if (with_user == WithUser::yes) {
        body += R"(,"user":)";
        append_user(body, exchange.context.config.session_shape, allow.session->user,
                    allow.session->user_copy->attributes);
    }
    if (is_bearer) append_replacement(body, allow);
    finish(exchange, is_bearer ? std::vector<std::string>{} : cookies_of(exchange, allow));
}

/// Answers are kept up to this length, so that a near-cache full of sessions with large attributes does not hold them
/// twice.
constexpr std::size_t kept_answer_max = 768;

/// `Response::ready` for a session of which there is nothing to say but that it is there.
std::string plain_answer(SessionShape shape, const core::SessionRecord& session, WithUser with_user) {
    std::string body = R"({"session":)";
    append_session(body, shape, {session, core::SessionState::active});
    if (with_user == WithUser::yes) {
        body += R"(,"user":)";
        append_user(body, shape, session.user, session.user_copy->attributes);
    }
    append_set_cookie_member(body, {});
    body += '}';
    return std::to_string(body.size()) + "\r\n\r\n" + body;
}

void write_none(Exchange& exchange, core::Reason reason, WithUser with_user, std::span<const std::string> cookies) {
    std::string& body = exchange.response.body;
    exchange.response.outcome = ports::outcome_of(reason);
    exchange.response.add_field("X-Session-State", "none");
    body += with_user == WithUser::yes ? R"({"session":null,"user":null,"reason":)" : R"({"session":null,"reason":)";
    core::append_json_string(body, core::to_text(reason));
    finish(exchange, cookies);
}

/// The method of the browser's request, where a trusted caller tells it.
std::string_view told_method(const Exchange& exchange) noexcept {
    return exchange.peer_is_trusted ? exchange.request.x_forwarded_method : std::string_view{};
}

}  // namespace

std::string_view to_text(core::SessionState state) noexcept {
    return state == core::SessionState::active ? "active" : "idle";
}

bool may_remove_cookie(const Request& request, std::string_view told_method) noexcept {
    if (!request.sec_fetch_mode.empty()) return request.sec_fetch_mode == "navigate";
    if (!request.sec_fetch_site.empty() || !request.sec_fetch_dest.empty()) return false;
    return (told_method.empty() ? request.method : told_method) == "GET";
}

std::vector<std::string> removing_cookies(const HttpConfig& config) {
    std::vector<std::string> cookies;
    for (const core::CookieConfig& cookie : config.cookies) {
        core::append_removing_cookie(cookies.emplace_back(), cookie);
    }
    return cookies;
}

std::vector<std::string> cookies_of(const Exchange& exchange, const Allow& allow) {
    if (!allow.replacement && !allow.expiry_moved) return {};
    const core::Token& token = allow.replacement ? *allow.replacement : allow.presented;
    return cookies_for(exchange.context.config, token, *allow.session, exchange.context.sessions.now());
}

std::vector<std::string> cookies_for(const HttpConfig& config, const core::Token& token,
                                     const core::SessionRecord& session, core::WallTime now) {
    std::string text;
    core::append_token(text, token);
    std::vector<std::string> cookies;
    for (const core::CookieConfig& cookie : config.cookies) {
        const auto end = cookie.ends_idle ? std::optional(session.periods.idle_until) : session.absolute_end;
        core::append_set_cookie(cookies.emplace_back(), cookie, text, now, end);
    }
    return cookies;
}

void write_verdict(Exchange& exchange, const service::Credential& credential, const core::Verdict& verdict,
                   WithUser with_user) {
    const bool is_bearer = credential.is_bearer;
    if (const auto* failure = std::get_if<core::Unavailable>(&verdict)) {
        exchange.response.add_field("X-Session-State", "unavailable");
        return write_unavailable(exchange, failure->error);
    }
    if (const auto* deny = std::get_if<Deny>(&verdict)) {
        const bool removes =
            deny->forget_cookie && !is_bearer && may_remove_cookie(exchange.request, told_method(exchange));
        const auto cookies = removes ? removing_cookies(exchange.context.config) : std::vector<std::string>{};
        return write_none(exchange, deny->reason, with_user, cookies);
    }
    const auto& allow = std::get<Allow>(verdict);
    if (with_user == WithUser::no || allow.session->user_copy) {
        return write_allow(exchange, is_bearer, allow, with_user);
    }
    // The session is good and its cookie is kept up to date; it only has no user to show yet.
    const auto cookies = is_bearer ? std::vector<std::string>{} : cookies_of(exchange, allow);
    write_none(exchange, core::Reason::user_missing, with_user, cookies);
}

bool write_kept(Exchange& exchange, KeptSession& kept, WithUser with_user) {
    if (with_user == WithUser::yes && !kept.session->user_copy) return false;
    exchange.context.metrics.near_cache.add(ports::NearLookup::hit);
    std::string& answer = kept.answers.at(static_cast<std::size_t>(with_user));
    if (answer.empty()) {
        std::string made = plain_answer(exchange.context.config.session_shape, *kept.session, with_user);
        if (made.size() > kept_answer_max) {
            exchange.response.body = std::move(made);
            exchange.response.ready = exchange.response.body;
            return true;
        }
        answer = std::move(made);
    }
    exchange.response.ready = answer;
    return true;
}

void write_removal(Exchange& exchange) {
    exchange.response.add_field("X-Session-State", "none");
    exchange.response.body += R"({"session":null)";
    const HttpConfig& config = exchange.context.config;
    std::vector<std::string> cookies = removing_cookies(config);
    for (const core::CookieConfig& cookie : config.cleared_cookies) {
        core::append_removing_cookie(cookies.emplace_back(), cookie);
    }
    finish(exchange, cookies);
}

void write_set_session(Exchange& exchange, const Allow& allow) {
    const core::Token& token = allow.replacement ? *allow.replacement : allow.presented;
    exchange.response.add_field("X-Session-State", to_text(allow.state));
    exchange.response.body += R"({"session":)";
    append_session(exchange.response.body, exchange.context.config.session_shape, {*allow.session, allow.state, true});
    const auto cookies = cookies_for(exchange.context.config, token, *allow.session, exchange.context.sessions.now());
    finish(exchange, cookies);
}

}  // namespace sessgate::http
