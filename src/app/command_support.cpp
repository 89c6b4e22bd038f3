#include "app/command_support.hpp"

#include <ctime>
#include <iostream>
#include <nlohmann/json.hpp>

#include "sessgate/app/command_line.hpp"
#include "sessgate/core/ids.hpp"

namespace sessgate::app {
namespace {

constexpr unsigned unauthorized = 401;
constexpr unsigned not_found = 404;

/// What a problem document says, or else what its status is.
std::string detail_of(const ControlAnswer& answer) {
    const auto problem = nlohmann::json::parse(answer.body, nullptr, false);
    const std::string status = "status " + std::to_string(answer.status);
    if (!problem.is_object()) return "the answer had " + status;
    return problem.value("detail", "no reason was given") + " (" + problem.value("code", status) + ")";
}

/// What a problem document says is wrong with the settings.
std::vector<std::string> mistakes_of(const ControlAnswer& answer) {
    const auto problem = nlohmann::json::parse(answer.body, nullptr, false);
    if (!problem.is_object()) return {};
    return problem.value("mistakes", std::vector<std::string>{});
}

int tell(std::string_view text, int exit_code) {
    std::cerr << "sessgate: " << text << '\n';
    return exit_code;
}

}  // namespace

Reply ask_and_tell(const CommandTarget& target, const ControlRequest& request, std::string_view subject) {
    auto outcome = ask(target.control, request);
    if (const auto* none = std::get_if<NoAnswer>(&outcome)) return {tell(none->why, exit_failed), {}};

    auto& answer = std::get<ControlAnswer>(outcome);
    if (answer.status / 100 == 2) return {exit_ok, std::move(answer.body)};
    if (answer.status == not_found) return {tell("there is no such " + std::string(subject), exit_not_found), {}};
    if (answer.status == unauthorized) {
        return {
            tell("the control port wants a token: set control.token_file to the file that sessgate uses", exit_failed),
            {}};
    }
    const std::vector<std::string> mistakes = mistakes_of(answer);
    for (const std::string& mistake : mistakes) tell(mistake, exit_mistake);
    return {tell(detail_of(answer), mistakes.empty() ? exit_failed : exit_mistake), {}};
}

int refuse(std::string_view mistake) {
    return tell(mistake, exit_mistake);
}

bool is_session_id(const std::string& text) {
    if (core::SessionId::parse(text)) return true;
    refuse("a session id is 20 characters a-z 2-7: of a token, the part before the dot; of Lucia's sessions 64");
    return false;
}

bool is_user_id(const std::string& text) {
    if (core::UserId::parse(text)) return true;
    refuse("a user id is 1 to 128 visible ASCII characters without { and }");
    return false;
}

bool is_object(std::string_view option, const std::string& text) {
    if (nlohmann::json::parse(text, nullptr, false).is_object()) return true;
    refuse(std::string(option) + " must be a JSON object such as {\"name\": \"Anna\"}");
    return false;
}

std::string percent_encoded(std::string_view text) {
    constexpr std::string_view digits = "0123456789ABCDEF";
    constexpr std::string_view marks = "-._~";  // RFC 3986, 2.3
    std::string out;
    for (const char c : text) {
        const bool is_plain = (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
                              marks.find(c) != std::string_view::npos;
        const auto byte = static_cast<unsigned char>(c);
        out += is_plain ? std::string(1, c) : std::string{'%', digits[byte / 16], digits[byte % 16]};
    }
    return out;
}

std::string time_text(std::int64_t ms_since_epoch) {
    const std::time_t seconds = ms_since_epoch / 1000;
    std::tm parts{};
    ::gmtime_r(&seconds, &parts);
    char text[sizeof "-2147483648-12-31T23:59:59Z"];
    return std::string(text, std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &parts));
}

}  // namespace sessgate::app
