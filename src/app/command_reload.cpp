#include <iostream>
#include <nlohmann/json.hpp>

#include "app/command_support.hpp"
#include "sessgate/app/command_line.hpp"

namespace sessgate::app {
namespace {

using nlohmann::json;

std::string joined(const json& names) {
    std::string list;
    for (const json& name : names) list += (list.empty() ? "" : ", ") + name.get<std::string>();
    return list;
}

}  // namespace

int reload(const CommandTarget& target) {
    const Reply reply = ask_and_tell(target, {"POST", "/reload"}, "such call");
    if (reply.exit_code != exit_ok) return reply.exit_code;
    if (target.as_json) {
        std::cout << reply.body << '\n';
        return exit_ok;
    }
    const std::string names = joined(json::parse(reply.body).at("needRestart"));
    std::cout << "OK: reloaded" << (names.empty() ? "" : "; these still need a restart: " + names) << '\n';
    return exit_ok;
}

}  // namespace sessgate::app
