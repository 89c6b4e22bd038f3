#include "app/command_tree.hpp"

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <algorithm>

#include "app/config_keys.hpp"
#include "app/config_values.hpp"

namespace sessgate::app {
namespace {

/// The words of `TEXT:{toml,markdown}`, which is how the parser's own check of a set of words describes itself.
std::vector<std::string> words_in(const std::string& type_name) {
    const auto open = type_name.find('{');
    const auto close = type_name.find('}', open);
    if (open == std::string::npos || close == std::string::npos) return {};
    std::vector<std::string> words;
    for (const std::string_view word : split_list(std::string_view(type_name).substr(open + 1, close - open - 1))) {
        words.emplace_back(word);
    }
    return words;
}

const Setting* setting_of(const std::string& flag) {
    const auto found = std::ranges::find(settings(), flag, &Setting::flag);
    return found == settings().end() ? nullptr : &*found;
}

void add_setting_facts(CommandOption& option) {
    const Setting* setting = setting_of(option.name);
    if (setting == nullptr) return;
    option.is_setting = true;
    option.help = setting->help;
    option.values = setting->choices;
    option.is_file = setting->is_file;
}

CommandOption option_of(const CLI::Option& option) {
    CommandOption told{.name = option.get_positional() ? option.get_name(true) : "--" + option.get_lnames().front(),
                       .help = option.get_description()};
    told.values = words_in(option.get_type_name());
    told.takes_value = option.get_items_expected_max() > 0;
    told.is_argument = option.get_positional();
    told.is_required = option.get_required();
    told.is_file = option.get_type_name() == "FILE";
    add_setting_facts(told);
    return told;
}

}  // namespace

CommandNode tree_of(const CLI::App& app) {
    CommandNode node{.name = app.get_name(), .help = app.get_description()};
    for (const CLI::Option* option : app.get_options()) node.options.push_back(option_of(*option));
    for (const CLI::App* command : app.get_subcommands([](const CLI::App*) { return true; })) {
        node.commands.push_back(tree_of(*command));
    }
    return node;
}

}  // namespace sessgate::app
