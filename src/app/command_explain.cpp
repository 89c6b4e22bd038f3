#include <termios.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <iostream>
#include <nlohmann/json.hpp>

#include "app/command_support.hpp"
#include "sessgate/app/command_line.hpp"
#include "sessgate/core/token.hpp"

namespace sessgate::app {
namespace {

using nlohmann::json;

constexpr std::streamsize input_size_max = 4096;

/// While it lives, a terminal does not show what is typed or pasted.
class HiddenInput {
public:
    HiddenInput() {
        if (::tcgetattr(STDIN_FILENO, &before_) != 0) return;
        is_terminal_ = true;
        termios hidden = before_;
        hidden.c_lflag &= ~static_cast<tcflag_t>(ECHO);
        ::tcsetattr(STDIN_FILENO, TCSAFLUSH, &hidden);
        std::cerr << "Token (not shown): ";
    }
    ~HiddenInput() {
        if (!is_terminal_) return;
        ::tcsetattr(STDIN_FILENO, TCSAFLUSH, &before_);
        std::cerr << '\n';
    }
    HiddenInput(const HiddenInput&) = delete;
    HiddenInput& operator=(const HiddenInput&) = delete;

private:
    termios before_{};
    bool is_terminal_ = false;
};

std::string token_from_input() {
    const HiddenInput hidden;
    std::array<char, input_size_max> line{};
    std::cin.getline(line.data(), line.size());
    std::string text = line.data();
    std::erase_if(text, [](char c) { return c == '\r' || c == '\n' || c == ' ' || c == '\t'; });
    return text;
}

struct Sentence {
    std::string_view name;
    std::string_view text;
};

template <std::size_t size>
std::string_view sentence_for(const std::array<Sentence, size>& sentences, const json& name) {
    if (!name.is_string()) return {};
    const auto found = std::ranges::find(sentences, name.get<std::string>(), &Sentence::name);
    return found == sentences.end() ? std::string_view{} : found->text;
}

constexpr std::array reasons{
    Sentence{"malformed", "This is no token of ours: a token is 64 characters, SESSION_ID.SECRET."},
    Sentence{"unknown",
             "No such session is stored, or it is and this is not its secret: it was revoked, was forgotten "
             "some time after its end, or never was."},
    Sentence{"expired", "Its session was not used for too long, or has come to its absolute end."},
    Sentence{"superseded",
             "This token was replaced by a newer one, whose holder is known to have it. Used again, it may "
             "be a stolen one."},
};

constexpr std::array roles{
    Sentence{"none", "The session is stored, and this secret is none that it has or lately had."},
    Sentence{"retired", "Of the session's tokens it is a retired one."},
    Sentence{"previous",
             "Of the session's tokens it is the previous one: good until it is retired, and answered with "
             "the current one."},
    Sentence{"current", "Of the session's tokens it is the current one."},
    Sentence{"successor",
             "Of the session's tokens it is the successor, which a rotation handed out and nobody has used "
             "yet."},
};

constexpr std::array writes{
    Sentence{"renewal", "renew its periods"},
    Sentence{"rotation", "prepare a new token"},
    Sentence{"promotion", "make this token the current one"},
    Sentence{"retirement", "retire the token before this one"},
    Sentence{"revocation", "end the session (session.on_reuse = \"revoke\")"},
};

std::string verdict_text(const json& told) {
    if (told.at("reason").is_null()) return "the session, " + told.at("state").get<std::string>() + " now.";
    return "no session, reason " + told.at("reason").get<std::string>() + ".";
}

std::string time_or_never(const json& time) {
    return time.is_null() ? "never" : time_text(time.get<std::int64_t>());
}

std::string session_text(const json& session, const json& state) {
    return "Session " + session.at("sessionId").get<std::string>() + " of user " +
           session.at("userId").get<std::string>() + " is " + state.get<std::string>() + ": active until " +
           time_or_never(session.at("activePeriodExpiresAt")) + ", idle until " +
           time_or_never(session.at("idlePeriodExpiresAt")) + ", absolute end " +
           time_or_never(session.at("absoluteExpiresAt")) + ".";
}

std::string writes_text(const json& told) {
    std::string list;
    for (const json& write : told.at("writes")) {
        list += (list.empty() ? "" : ", ") + std::string(sentence_for(writes, write));
    }
    return list.empty() ? "It would write nothing." : "It would write: " + list + ".";
}

void print(const json& told) {
    const auto line = [](std::string_view text) {
        if (!text.empty()) std::cout << text << '\n';
    };
    line("GET /session would answer: " + verdict_text(told));
    line(sentence_for(reasons, told.at("reason")));
    line(sentence_for(roles, told.at("role")));
    const json& session = told.at("session");
    if (!session.is_null()) line(session_text(session, told.at("state")));
    if (told.at("handsOutToken")) line("It would send another token in Set-Cookie, to be used from now on.");
    const bool lacks_user = !session.is_null() && told.at("reason").is_null() && !session.at("hasUser");
    if (lacks_user) line("GET /session-user would answer user_missing: no attributes were put for the user.");
    line(writes_text(told));
    line("Origin checks and other cookies of the request are not looked at here. Nothing was changed.");
}

const json not_a_token{{"verdict", "deny"},      {"reason", "malformed"},   {"role", nullptr},   {"state", nullptr},
                       {"handsOutToken", false}, {"writes", json::array()}, {"session", nullptr}};

}  // namespace

int explain_token(const CommandTarget& target) {
    const std::string text = token_from_input();
    if (text.empty()) return refuse("there is no token on standard input");
    std::string body = json{{"explanation", not_a_token}}.dump();
    // What cannot be a token may be another secret, pasted by mistake: it goes nowhere.
    if (core::parse_token(text) || core::LuciaIds::may_be_token(text)) {
        Reply reply = ask_and_tell(target, {"POST", "/explain", "{\"token\":\"" + text + "\"}"}, "session");
        if (reply.exit_code != exit_ok) return reply.exit_code;
        body = std::move(reply.body);
    }
    if (target.as_json) {
        std::cout << body << '\n';
    } else {
        print(json::parse(body).at("explanation"));
    }
    return exit_ok;
}

}  // namespace sessgate::app
