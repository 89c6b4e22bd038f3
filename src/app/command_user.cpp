#include <iostream>
#include <nlohmann/json.hpp>

#include "app/command_support.hpp"
#include "sessgate/app/command_line.hpp"

namespace sessgate::app {
namespace {

std::string user_path(const std::string& user_id) {
    return "/users/" + percent_encoded(user_id);
}

int ask_and_print_user(const CommandTarget& target, const ControlRequest& request) {
    const Reply reply = ask_and_tell(target, request, "user");
    if (reply.exit_code != exit_ok) return reply.exit_code;
    if (target.as_json) {
        std::cout << reply.body << '\n';
        return exit_ok;
    }
    const auto user = nlohmann::json::parse(reply.body).at("user");
    std::cout << "user           " << user.at("userId").get<std::string>() << '\n'
              << "attributes     " << user.at("attributes").dump(-1, ' ', true) << '\n';
    return exit_ok;
}

}  // namespace

int put_user(const CommandTarget& target, const std::string& user_id, const std::string& attributes) {
    if (!is_user_id(user_id) || !is_object("--attributes", attributes)) return exit_mistake;
    return ask_and_print_user(target, {"PUT", user_path(user_id), "{\"attributes\":" + attributes + "}"});
}

int show_user(const CommandTarget& target, const std::string& user_id) {
    if (!is_user_id(user_id)) return exit_mistake;
    return ask_and_print_user(target, {"GET", user_path(user_id)});
}

int delete_user(const CommandTarget& target, const std::string& user_id) {
    if (!is_user_id(user_id)) return exit_mistake;
    return ask_and_tell(target, {"DELETE", user_path(user_id)}, "user").exit_code;
}

int check_health(const ControlConfig& control, bool only_alive) {
    const Reply reply = ask_and_tell({control}, {"GET", only_alive ? "/livez" : "/readyz"}, "probe");
    if (reply.exit_code != exit_ok) return exit_failed;
    std::cout << (only_alive ? "alive\n" : "ready\n");
    return exit_ok;
}

}  // namespace sessgate::app
