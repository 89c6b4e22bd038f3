#include "app/completion.hpp"

namespace sessgate::app {
namespace {

constexpr const char* head = R"zsh(#compdef sessgate
# Completion of sessgate for zsh, made by `sessgate completion zsh`.

_sessgate() {
    local command= before=${words[CURRENT - 1]}
    local -a commands flags
    local -i i
    for ((i = 2; i < CURRENT; i++)); do
        case "$command/${words[i]}" in
)zsh";

constexpr const char* middle = R"zsh(                command=${command:+$command/}${words[i]}
                ;;
        esac
    done
    if [[ ${words[CURRENT]} == --*=* ]]; then
        before=${words[CURRENT]%%=*}
        compset -P '*='
    fi

    case "$command:$before" in
)zsh";

constexpr const char* tail = R"zsh(    esac
    (($#commands)) && _describe -t commands 'command' commands
    (($#flags)) && _describe -t options -o 'option' flags
}

# Loaded by compinit it is called at once, and sourced by hand it has to be made known.
if [[ ${funcstack[1]} == _sessgate ]]; then
    _sessgate "$@"
else
    compdef _sessgate sessgate
fi
)zsh";

std::string quoted(std::string_view text) {
    std::string out = "'";
    for (const char c : text) out += c == '\'' ? std::string("'\\''") : std::string(1, c);
    return out + "'";
}

/// `'name:what it is'`, in which a name's own colon has to be marked.
std::string described(const std::string& name, const std::string& help) {
    return quoted(name + ":" + help);
}

std::string command_patterns(const CommandNode& root) {
    std::string out;
    each_command(root, [&](const std::string& path, const CommandNode&) {
        if (path.empty()) return;
        out += (out.empty() ? "            " : " | ") + (path.find('/') == std::string::npos ? "/" + path : path);
    });
    return out + ")\n";
}

std::string values_case(const std::string& pattern, const CommandOption& option) {
    std::string what = "            _message " + quoted(option.help);
    if (option.is_file) what = "            _files";
    if (!option.values.empty()) {
        what = "            compadd --";
        for (const std::string& value : option.values) what += " " + value;
    }
    return "        " + pattern + ")\n" + what + "\n            return\n            ;;\n";
}

std::string value_cases(const CommandNode& root) {
    std::string out;
    each_command(root, [&](const std::string& path, const CommandNode& node) {
        for (const CommandOption& option : node.options) {
            if (option.is_argument || !option.takes_value || (option.is_setting && path != "serve")) continue;
            out += values_case((option.is_setting ? "*:" : path + ":") + option.name, option);
        }
    });
    return out;
}

std::string word_cases(const CommandNode& root) {
    std::string out;
    each_command(root, [&](const std::string& path, const CommandNode& node) {
        std::string commands;
        std::string flags;
        for (const CommandNode& command : node.commands)
            commands += "\n                " + described(command.name, command.help);
        for (const CommandOption& option : node.options) {
            if (!option.is_argument) flags += "\n                " + described(option.name, option.help);
            for (const std::string& value : option.values) {
                if (option.is_argument) commands += "\n                " + quoted(value);
            }
        }
        out += "        " + path + ":*)\n            commands=(" + commands + ")\n            flags=(" + flags +
               ")\n            ;;\n";
    });
    return out;
}

}  // namespace

std::string zsh_completion(const CommandNode& root) {
    return head + command_patterns(root) + middle + value_cases(root) + word_cases(root) + tail;
}

}  // namespace sessgate::app
