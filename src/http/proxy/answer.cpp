#include "http/proxy/answer.hpp"

#include "http/proxy/attribute_headers.hpp"
#include "http/proxy/login.hpp"
#include "http/request_mark.hpp"
#include "http/session_answer.hpp"
#include "sessgate/core/json.hpp"

namespace sessgate::http::proxy {

using core::Allow;
using core::Deny;
using core::Reason;

namespace {

constexpr int ok = 200;
constexpr int unauthorized = 401;
constexpr int forbidden = 403;
constexpr int service_unavailable = 503;

/// A verdict as a proxy hears it: an allow only when the backend can be told all that it wants to know.
struct Finding {
    const Allow* allow = nullptr;
    Reason reason = Reason::no_cookie;  ///< when it is neither an allow nor unavailable
    const core::Unavailable* failure = nullptr;
};

Finding finding_of(const Exchange& exchange, const core::Verdict& verdict) {
    if (const auto* failure = std::get_if<core::Unavailable>(&verdict)) return {nullptr, Reason::no_cookie, failure};
    if (const auto* deny = std::get_if<Deny>(&verdict)) return {nullptr, deny->reason, nullptr};
    const auto& allow = std::get<Allow>(verdict);
    if (!allow.session->user_copy && needs_user(exchange.context.config.authz))
        return {nullptr, Reason::user_missing, nullptr};
    return {&allow, Reason::no_cookie, nullptr};
}

/// The full set, every time: a proxy that copies them overwrites with it what the client sent.
void write_identity(Exchange& exchange, std::string_view state, const core::SessionRecord* session) {
    Response& response = exchange.response;
    response.add_field("X-Session-User", session ? session->user.view() : std::string_view{});
    response.add_field("X-Session-Id", session ? session->id.view() : std::string_view{});
    response.add_field("X-Session-State", state);
    std::string expires;
    if (session) core::append_json_integer(expires, session->periods.idle_until.time_since_epoch().count());
    response.add_field("X-Session-Expires", expires);
    write_attributes(exchange, session);
}

/// Where a shared cache keeps what it is asked for, a token must not be kept with it.
bool may_carry_cookie(const Request& request) noexcept {
    const std::string_view destination = request.sec_fetch_dest;
    return destination.empty() || destination == "document" || destination == "iframe" || destination == "empty";
}

std::vector<std::string> cookies_for_verdict(Exchange& exchange, const Question& question,
                                             const core::Verdict& verdict) {
    if (const auto* allow = std::get_if<Allow>(&verdict)) return cookies_of(exchange, *allow);
    const auto* deny = std::get_if<Deny>(&verdict);
    const bool removes = deny && deny->forget_cookie && may_remove_cookie(exchange.request, question.told.method);
    return removes ? removing_cookies(exchange.context.config) : std::vector<std::string>{};
}

/// One at most: proxies join several into one that no browser can read, or drop all but one.
void write_cookie(Exchange& exchange, const Question& question, const core::Verdict& verdict) {
    if (question.credential.is_bearer || !may_carry_cookie(exchange.request)) return;
    const auto cookies = cookies_for_verdict(exchange, question, verdict);
    if (!cookies.empty()) exchange.response.add_field("Set-Cookie", cookies.front());
}

void write_reason(Exchange& exchange, std::string_view reason) {
    exchange.response.add_field("X-Session-Reason", reason);
}

void write_reason(Exchange& exchange, Reason reason) {
    exchange.response.outcome = ports::outcome_of(reason);
    write_reason(exchange, core::to_text(reason));
}

void write_unknown(Exchange& exchange, const core::Unavailable& failure) {
    exchange.response.outcome = ports::Outcome::unavailable;
    exchange.context.store_log.request_failed(mark_of(exchange.request, exchange.endpoint), failure.error);
    write_identity(exchange, "unavailable", nullptr);
    write_reason(exchange, core::to_text(failure.error));
}

void write_finding(Exchange& exchange, const Question& question, const core::Verdict& verdict, const Finding& finding) {
    if (finding.failure) return write_unknown(exchange, *finding.failure);
    write_identity(exchange, finding.allow ? to_text(finding.allow->state) : "none",
                   finding.allow ? finding.allow->session.get() : nullptr);
    if (!finding.allow) write_reason(exchange, finding.reason);
    write_cookie(exchange, question, verdict);
}

int status_of(const Finding& finding) noexcept {
    if (finding.allow) return ok;
    if (finding.failure) return service_unavailable;
    return finding.reason == Reason::untrusted_origin ? forbidden : unauthorized;
}

int write_answer_of(Exchange& exchange, const Question& question, const core::Verdict& verdict) {
    const Finding finding = finding_of(exchange, verdict);
    write_finding(exchange, question, verdict, finding);
    return exchange.response.status = status_of(finding);
}

void write_what_status_asks_for(Response& response, int status) {
    if (status == service_unavailable) response.add_field("Retry-After", "1");
    // The scheme is ours: browsers know none for sessions, and ask nobody for a password.
    if (status == unauthorized) response.add_field("WWW-Authenticate", "Session");
}

/// Where the browser is sent to sign in; empty: nowhere.
std::string location_of(const Exchange& exchange, const Question& question, LocationForm form) {
    const AuthzConfig& config = exchange.context.config.authz;
    if (config.login_url.empty() || !is_navigation(exchange.request, question.fields)) return {};
    const std::string location = login_location(config, question.told);
    return form == LocationForm::with_host ? on_own_host(location, question.told) : location;
}

}  // namespace

Told forwarded(const Request& request, const Fields& fields) noexcept {
    return {.method = request.x_forwarded_method,
            .scheme = request.x_forwarded_proto,
            .host = request.x_forwarded_host,
            .uri = fields.forwarded_uri};
}

void write_answer(Exchange& exchange, const Question& question, const core::Verdict& verdict) {
    write_what_status_asks_for(exchange.response, write_answer_of(exchange, question, verdict));
}

void write_answer_or_redirect(Exchange& exchange, const Question& question, const core::Verdict& verdict,
                              LocationForm form) {
    const int status = write_answer_of(exchange, question, verdict);
    const std::string location = status == unauthorized ? location_of(exchange, question, form) : std::string{};
    if (location.empty()) return write_what_status_asks_for(exchange.response, status);
    exchange.response.status = redirect_status(question.told);
    exchange.response.add_field("Location", location);
}

void write_optional(Exchange& exchange, const Question& question, const core::Verdict& verdict) {
    write_answer_of(exchange, question, verdict);
    exchange.response.status = ok;
}

void write_malformed(Exchange& exchange) {
    write_identity(exchange, "none", nullptr);
    write_reason(exchange, "malformed_header");
    exchange.response.status = forbidden;
}

void write_refused_caller(Exchange& exchange, std::string_view reason, bool is_optional) {
    write_identity(exchange, "unavailable", nullptr);
    write_reason(exchange, reason);
    exchange.response.status = is_optional ? ok : service_unavailable;
    write_what_status_asks_for(exchange.response, exchange.response.status);
}

void write_preflight(Exchange& exchange) {
    write_identity(exchange, "none", nullptr);
}

}  // namespace sessgate::http::proxy
