#include "http/session_answer.hpp"
#include "sessgate/core/json.hpp"

namespace sessgate::http {
namespace {

void append_time(std::string& out, std::string_view member, core::WallTime time) {
    out += member;
    core::append_json_integer(out, core::to_ms(time));
}

}  // namespace

void append_session(std::string& out, SessionShape shape, const SessionView& view) {
    if (shape == SessionShape::lucia_2) return append_lucia_session(out, view);
    const core::SessionRecord& session = view.session;
    out += R"({"sessionId":")";
    out += session.id.view();
    out += R"(","userId":)";
    core::append_json_string(out, session.user.view());
    out += view.state == core::SessionState::active ? R"(,"state":"active")" : R"(,"state":"idle")";
    out += view.fresh ? R"(,"fresh":true)" : R"(,"fresh":false)";
    append_time(out, R"(,"createdAt":)", session.created_at);
    append_time(out, R"(,"activePeriodExpiresAt":)", session.periods.active_until);
    append_time(out, R"(,"idlePeriodExpiresAt":)", session.periods.idle_until);
    if (session.absolute_end) {
        append_time(out, R"(,"absoluteExpiresAt":)", *session.absolute_end);
    } else {
        out += R"(,"absoluteExpiresAt":null)";
    }
    out += R"(,"attributes":)";
    out += session.attributes;
    if (view.token) {
        out += R"(,"token":")";
        core::append_token(out, *view.token);
        out += '"';
    }
    out += '}';
}

void append_user(std::string& out, SessionShape shape, const core::UserId& id, std::string_view attributes) {
    if (shape == SessionShape::lucia_2) return append_lucia_user(out, id, attributes);
    out += R"({"userId":)";
    core::append_json_string(out, id.view());
    out += R"(,"attributes":)";
    out += attributes;
    out += '}';
}

void append_set_cookie_member(std::string& out, std::span<const std::string> cookies) {
    out += R"(,"setCookie":[)";
    for (const std::string& cookie : cookies) {
        if (&cookie != cookies.data()) out += ',';
        core::append_json_string(out, cookie);
    }
    out += ']';
}

}  // namespace sessgate::http
