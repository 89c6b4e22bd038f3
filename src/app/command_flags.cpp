#include "app/command_flags.hpp"

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <algorithm>

#include "app/config_keys.hpp"

namespace sessgate::app {
namespace {

std::string description_of(const Setting& setting) {
    std::string fallback = setting.fallback_note.empty() ? setting.fallback : setting.fallback_note;
    if (fallback.empty()) fallback = "none";
    return setting.help + "\nDefault: " + fallback + ". Allowed: " + setting.allowed + ".";
}

std::string joined(const std::vector<std::string>& values) {
    std::string list;
    for (const std::string& value : values) list += (list.empty() ? "" : ", ") + value;
    return list;
}

void add_setting(CLI::App& command, const Setting& setting, CommandFlags& flags) {
    const auto take = [&setting, &flags](const CLI::results_t& values) {
        if (values.size() > 1 && setting.form != Form::list) {
            flags.mistakes.push_back(setting.key + " (flag " + setting.flag() + ") is given more than once");
        }
        flags.sources.flags[setting.key] = {joined(values), "flag " + setting.flag()};
        return true;
    };
    command.add_option(setting.flag(), take, description_of(setting))
        ->type_name("VALUE")
        ->group("Settings")
        ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll)
        ->expected(0, 1);
}

}  // namespace

void add_settings(CLI::App& command, Reader reader, CommandFlags& flags) {
    // Kept and told with all other mistakes, not by the parser one at a time.
    command.allow_extras();
    const auto take_file_name = [&flags](const CLI::results_t& values) {
        flags.sources.file = values.back();
        return true;
    };
    command.add_option("--config", take_file_name, "A settings file (TOML); also SESSGATE_CONFIG.")
        ->type_name("FILE")
        ->group("Settings");
    for (const Setting& setting : settings()) {
        if (setting.first_reader <= reader) add_setting(command, setting, flags);
    }
}

void take_leftovers(const CLI::App& command, CommandFlags& flags) {
    std::vector<std::string> names;
    for (const CLI::Option* option : command.get_options()) {
        for (const std::string& name : option->get_lnames()) names.push_back("--" + name);
    }
    bool may_be_value = false;
    for (const std::string& leftover : command.remaining()) {
        const bool is_flag = leftover.starts_with("--") && leftover.size() > 2;
        const std::string name = leftover.substr(0, leftover.find('='));
        if (is_flag) flags.mistakes.push_back(name + " (flag) is not known here" + suggestion(name, names));
        if (!is_flag && !may_be_value) flags.mistakes.push_back("there is an argument too many on the command line");
        may_be_value = is_flag && name == leftover;
    }
}

ReadConfig read_config(const CommandFlags& flags, Reader reader) {
    ReadConfig read = read_config(flags.sources, reader);
    read.mistakes.insert(read.mistakes.begin(), flags.mistakes.begin(), flags.mistakes.end());
    return read;
}

}  // namespace sessgate::app
