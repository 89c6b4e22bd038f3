#pragma once

#include <string>
#include <vector>

namespace CLI {
class App;
}

namespace sessgate::app {

/// One flag or argument of a command, as completions and the manual page tell it.
struct CommandOption {
    std::string name;                   ///< `--json`; of an argument without flag: `SESSION_ID`
    std::string help;                   ///< one sentence
    std::vector<std::string> values{};  ///< all values there are, where they are words
    bool takes_value = true;
    bool is_argument = false;  ///< stands without a flag
    bool is_required = false;
    bool is_file = false;
    bool is_setting = false;
};

/// A command with all that may stand behind it.
struct CommandNode {
    std::string name;
    std::string help;
    std::vector<CommandOption> options{};
    std::vector<CommandNode> commands{};
};

/// The commands as the parser knows them, so that what is made from them never says anything else.
CommandNode tree_of(const CLI::App& app);

/// Calls `take(path, node)` for `node` and each command below it; `path` is `session/create`, and empty for the root.
template <typename Take>
void each_command(const CommandNode& node, Take take, const std::string& path = {}) {
    take(path, node);
    for (const CommandNode& command : node.commands) {
        each_command(command, take, path.empty() ? command.name : path + "/" + command.name);
    }
}

}  // namespace sessgate::app
