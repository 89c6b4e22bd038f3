#include "app/completion.hpp"

namespace sessgate::app {
namespace {

constexpr const char* head = R"bash(# Completion of sessgate for bash, made by `sessgate completion bash`.

_sessgate() {
    local current=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD - 1]} command= words= i
    # Bash takes --flag=value for three words.
    if [[ $current == "=" ]]; then
        current=
    elif [[ $before == "=" ]]; then
        before=${COMP_WORDS[COMP_CWORD - 2]}
    fi
    for ((i = 1; i < COMP_CWORD; i++)); do
        case "$command/${COMP_WORDS[i]}" in
)bash";

constexpr const char* middle = R"bash(                command=${command:+$command/}${COMP_WORDS[i]}
                ;;
        esac
    done

    case "$command:$before" in
)bash";

constexpr const char* tail = R"bash(    esac
    mapfile -t COMPREPLY < <(compgen -W "$words" -- "$current")
}

complete -F _sessgate sessgate
)bash";

std::string joined(const std::vector<std::string>& words, std::string_view between) {
    std::string out;
    for (const std::string& word : words) {
        if (&word != words.data()) out += between;
        out += word;
    }
    return out;
}

/// `"/session" | "session/create"`: a command path before its last word, and that word.
std::string command_patterns(const CommandNode& root) {
    std::vector<std::string> patterns;
    each_command(root, [&](const std::string& path, const CommandNode&) {
        if (!path.empty()) patterns.push_back(path.find('/') == std::string::npos ? "/" + path : path);
    });
    return "            " + joined(patterns, " | ") + ")\n";
}

/// What may follow a flag that takes a value, with `pattern` for the command and the flag.
std::string values_case(const std::string& pattern, const CommandOption& option) {
    std::string out = "        " + pattern + ")\n";
    if (option.is_file) {
        out += "            compopt -o filenames 2>/dev/null\n";
        out += "            mapfile -t COMPREPLY < <(compgen -f -- \"$current\")\n            return\n";
    } else {
        out += "            words=\"" + joined(option.values, " ") + "\"\n";
    }
    return out + "            ;;\n";
}

/// Settings mean the same behind every command, and `serve` takes them all.
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
        std::vector<std::string> words;
        words.reserve(node.commands.size() + node.options.size());
        for (const CommandNode& command : node.commands) words.push_back(command.name);
        for (const CommandOption& option : node.options) {
            if (!option.is_argument) words.push_back(option.name);
            if (option.is_argument) words.insert(words.end(), option.values.begin(), option.values.end());
        }
        out += "        " + path + ":*)\n            words=\"" + joined(words, " ") + "\"\n            ;;\n";
    });
    return out;
}

}  // namespace

std::string bash_completion(const CommandNode& root) {
    return head + command_patterns(root) + middle + value_cases(root) + word_cases(root) + tail;
}

std::string (*completion_for(const std::string& shell))(const CommandNode& root) {
    if (shell == "bash") return &bash_completion;
    if (shell == "zsh") return &zsh_completion;
    if (shell == "fish") return &fish_completion;
    return nullptr;
}

}  // namespace sessgate::app
