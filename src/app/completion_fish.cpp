#include "app/completion.hpp"

namespace sessgate::app {
namespace {

constexpr const char* head = R"fish(# Completion of sessgate for fish, made by `sessgate completion fish`.

# True when the command line stands at the command that the argument names, such as session/create.
function __sessgate_at
    set -l command ''
    for word in (commandline -opc)[2..-1]
        set -l longer (string trim -l -c / -- "$command/$word")
        contains -- $longer $__sessgate_commands; and set command $longer
    end
    test "$command" = "$argv[1]"
end

complete -c sessgate -f
)fish";

std::string quoted(std::string_view text) {
    std::string out = "'";
    for (const char c : text) {
        if (c == '\'' || c == '\\') out += '\\';
        out += c;
    }
    return out + "'";
}

std::string joined(const std::vector<std::string>& words) {
    std::string out;
    for (const std::string& word : words) out += (out.empty() ? "" : " ") + word;
    return out;
}

std::string at(const std::string& path) {
    return "complete -c sessgate -n \"__sessgate_at '" + path + "'\"";
}

std::string option_line(const std::string& path, const CommandOption& option) {
    std::string line = at(path);
    if (!option.is_argument) line += " -l " + option.name.substr(2);
    if (option.is_file) line += " -r -F";
    if (!option.is_file && option.takes_value && !option.is_argument) line += " -x";
    if (!option.values.empty()) line += " -a " + quoted(joined(option.values));
    return line + " -d " + quoted(option.help) + "\n";
}

}  // namespace

std::string fish_completion(const CommandNode& root) {
    std::string paths;
    std::string lines;
    each_command(root, [&](const std::string& path, const CommandNode& node) {
        if (!path.empty()) paths += " " + path;
        for (const CommandNode& command : node.commands) {
            lines += at(path) + " -a " + command.name + " -d " + quoted(command.help) + "\n";
        }
        for (const CommandOption& option : node.options) {
            if (!option.is_argument || !option.values.empty()) lines += option_line(path, option);
        }
    });
    return std::string(head) + "set -g __sessgate_commands" + paths + "\n" + lines;
}

}  // namespace sessgate::app
