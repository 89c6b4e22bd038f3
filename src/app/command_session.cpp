#include <array>
#include <iomanip>
#include <iostream>
#include <nlohmann/json.hpp>

#include "app/command_support.hpp"
#include "sessgate/app/command_line.hpp"
#include "sessgate/core/json.hpp"

namespace sessgate::app {
namespace {

using nlohmann::json;

constexpr std::string_view page_query = "?limit=1000";

void append_member(std::string& out, std::string_view name, const std::string& text) {
    if (text.empty()) return;
    out.append(",\"").append(name).append("\":");
    core::append_json_string(out, text);
}

/// Attributes go as they were typed, so that the server judges them and nothing is lost on the way.
std::string body_of(const SessionWanted& wanted) {
    std::string body = "{\"userId\":";
    core::append_json_string(body, wanted.user_id);
    if (!wanted.attributes.empty()) body += ",\"attributes\":" + wanted.attributes;
    if (!wanted.user_attributes.empty()) body += ",\"user\":{\"attributes\":" + wanted.user_attributes + "}";
    append_member(body, "activePeriod", wanted.active_period);
    append_member(body, "idlePeriod", wanted.idle_period);
    append_member(body, "absoluteLifetime", wanted.absolute_lifetime);
    return body + "}";
}

bool can_be_asked_for(const SessionWanted& wanted) {
    return is_user_id(wanted.user_id) && (wanted.attributes.empty() || is_object("--attributes", wanted.attributes)) &&
           (wanted.user_attributes.empty() || is_object("--user-attributes", wanted.user_attributes));
}

std::string time_or_never(const json& session, const char* name) {
    return session.at(name).is_null() ? "never" : time_text(session.at(name).get<std::int64_t>());
}

void print_session(const json& session) {
    const auto line = [](const char* name, const std::string& value) {
        std::cout << std::left << std::setw(15) << name << value << '\n';
    };
    line("session", session.at("sessionId"));
    line("user", session.at("userId"));
    line("state", session.at("state"));
    line("created", time_or_never(session, "createdAt"));
    line("active until", time_or_never(session, "activePeriodExpiresAt"));
    line("idle until", time_or_never(session, "idlePeriodExpiresAt"));
    line("absolute end", time_or_never(session, "absoluteExpiresAt"));
    line("attributes", session.at("attributes").dump(-1, ' ', true));
}

void print_row(const std::array<std::string, 5>& cells) {
    constexpr std::array<int, 5> widths{22, 8, 22, 22, 0};
    for (std::size_t i = 0; i < cells.size(); ++i) std::cout << std::left << std::setw(widths[i]) << cells[i];
    std::cout << '\n';
}

void print_rows(const json& sessions) {
    for (const json& session : sessions) {
        print_row({session.at("sessionId"), session.at("state"), time_or_never(session, "createdAt"),
                   time_or_never(session, "idlePeriodExpiresAt"), time_or_never(session, "absoluteExpiresAt")});
    }
}

std::string sessions_path(const std::string& user_id) {
    return "/users/" + percent_encoded(user_id) + "/sessions";
}

/// A created or rotated session: its token alone, so that it can be taken into a variable.
int print_issued(const CommandTarget& target, const Reply& reply) {
    if (reply.exit_code != exit_ok) return reply.exit_code;
    if (target.as_json) {
        std::cout << reply.body << '\n';
    } else {
        std::cout << json::parse(reply.body).at("session").at("token").get<std::string>() << '\n';
    }
    return exit_ok;
}

int print_revoked(const CommandTarget& target, const Reply& reply) {
    if (reply.exit_code != exit_ok) return reply.exit_code;
    if (target.as_json) {
        std::cout << reply.body << '\n';
    } else {
        std::cout << "revoked " << json::parse(reply.body).at("revoked") << '\n';
    }
    return exit_ok;
}

}  // namespace

int create_session(const CommandTarget& target, const SessionWanted& wanted) {
    if (!can_be_asked_for(wanted)) return exit_mistake;
    return print_issued(target, ask_and_tell(target, {"POST", "/sessions", body_of(wanted)}, "user"));
}

int rotate_session(const CommandTarget& target, const std::string& session_id) {
    if (!is_session_id(session_id)) return exit_mistake;
    return print_issued(target, ask_and_tell(target, {"POST", "/sessions/" + session_id + "/rotate"}, "session"));
}

int show_session(const CommandTarget& target, const std::string& session_id) {
    if (!is_session_id(session_id)) return exit_mistake;
    const Reply reply = ask_and_tell(target, {"GET", "/sessions/" + session_id}, "session");
    if (reply.exit_code != exit_ok) return reply.exit_code;
    if (target.as_json) {
        std::cout << reply.body << '\n';
    } else {
        print_session(json::parse(reply.body).at("session"));
    }
    return exit_ok;
}

int list_sessions(const CommandTarget& target, const std::string& user_id) {
    if (!is_user_id(user_id)) return exit_mistake;
    const std::string first_page = sessions_path(user_id) + std::string(page_query);
    bool is_first = true;
    for (std::string page = first_page; !page.empty(); is_first = false) {
        const Reply reply = ask_and_tell(target, {"GET", page}, "user");
        if (reply.exit_code != exit_ok) return reply.exit_code;
        const json answer = json::parse(reply.body);
        if (target.as_json) {
            std::cout << reply.body << '\n';
        } else {
            if (is_first) print_row({"SESSION", "STATE", "CREATED", "IDLE UNTIL", "ABSOLUTE END"});
            print_rows(answer.at("sessions"));
        }
        const json& next = answer.at("nextAfter");
        page = next.is_null() ? "" : first_page + "&after=" + next.get<std::string>();
    }
    return exit_ok;
}

int revoke_session(const CommandTarget& target, const std::string& session_id) {
    if (!is_session_id(session_id)) return exit_mistake;
    return ask_and_tell(target, {"DELETE", "/sessions/" + session_id}, "session").exit_code;
}

int revoke_sessions(const CommandTarget& target, const std::string& user_id, const std::string& except) {
    if (!is_user_id(user_id) || (!except.empty() && !is_session_id(except))) return exit_mistake;
    const std::string query = except.empty() ? "" : "?except=" + except;
    return print_revoked(target, ask_and_tell(target, {"DELETE", sessions_path(user_id) + query}, "user"));
}

int revoke_everything(const CommandTarget& target) {
    return print_revoked(target, ask_and_tell(target, {"DELETE", "/sessions?of=everybody"}, "session"));
}

}  // namespace sessgate::app
