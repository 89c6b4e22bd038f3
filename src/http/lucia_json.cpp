#include <algorithm>
#include <array>
#include <cstdio>
#include <ctime>

#include "http/session_answer.hpp"
#include "sessgate/core/json.hpp"

namespace sessgate::http {
namespace {

/// Attributes of these names are hidden behind Lucia's own members, as they are in Lucia.
constexpr std::array<std::string_view, 7> own_names{
    "user", "sessionId", "activePeriodExpiresAt", "idlePeriodExpiresAt", "state", "fresh", "token"};

/// As JavaScript writes a Date: `2026-11-24T13:36:27.797Z`.
void append_date(std::string& out, std::string_view member, core::WallTime time) {
    const std::int64_t ms = core::to_ms(time);
    const std::time_t seconds = static_cast<std::time_t>(ms / 1000);
    std::tm parts{};
    ::gmtime_r(&seconds, &parts);
    std::array<char, 40> text{};
    std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%S", &parts);
    std::array<char, 8> fraction{};
    std::snprintf(fraction.data(), fraction.size(), ".%03dZ", static_cast<int>(ms % 1000));
    out.append(member).append(text.data()).append(fraction.data()).append("\"");
}

/// Appends `,"name":value` for each of them but those called like one of `hidden`.
void append_attributes(std::string& out, std::string_view attributes, std::span<const std::string_view> hidden) {
    core::JsonReader reader(attributes);
    if (!reader.begin_object()) return;
    while (const auto name = reader.next_member()) {
        const auto value = reader.raw_value();
        if (!value) return;
        if (std::ranges::find(hidden, *name) != hidden.end()) continue;
        out.append(",\"").append(*name).append("\":").append(*value);
    }
}

}  // namespace

void append_lucia_user(std::string& out, const core::UserId& id, std::string_view attributes) {
    constexpr std::array<std::string_view, 1> hidden{"userId"};
    out += R"({"userId":)";
    core::append_json_string(out, id.view());
    append_attributes(out, attributes, hidden);
    out += '}';
}

void append_lucia_session(std::string& out, const SessionView& view) {
    const core::SessionRecord& session = view.session;
    out += R"({"user":)";
    append_lucia_user(out, session.user, session.user_copy ? std::string_view(session.user_copy->attributes) : "{}");
    out.append(R"(,"sessionId":")").append(session.id.view());
    append_date(out, R"(","activePeriodExpiresAt":")", session.periods.active_until);
    append_date(out, R"(,"idlePeriodExpiresAt":")", session.periods.idle_until);
    out += view.state == core::SessionState::active ? R"(,"state":"active")" : R"(,"state":"idle")";
    out += view.fresh ? R"(,"fresh":true)" : R"(,"fresh":false)";
    append_attributes(out, session.attributes, own_names);
    if (view.token) {
        out += R"(,"token":")";
        core::append_token(out, *view.token);
        out += '"';
    }
    out += '}';
}

}  // namespace sessgate::http
