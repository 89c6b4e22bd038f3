#include "app/man_page.hpp"

#include <algorithm>

#include "app/config_keys.hpp"

namespace sessgate::app {
namespace {

constexpr std::size_t line_length_max = 80;

constexpr const char* description = R"(.SH DESCRIPTION
sessgate answers one question beside every request: whose session is this cookie, and is it good?
It stands beside an application, which asks it over HTTP on the data port, and keeps the sessions itself.
Sessions and users are managed on the control port, which the commands below use as well.
)";

constexpr const char* environment = R"(.SH ENVIRONMENT
Each setting is also an environment variable, named above.
Flags win over the environment, and that over the file.
.TP
.B SESSGATE_CONFIG
The settings file, where no
.B \-\-config
is given.
.TP
.B STATE_DIRECTORY
The data folder, as systemd names it.
)";

constexpr const char* end = R"(.SH EXIT STATUS
.TP
.B 0
Done.
.TP
.B 1
It was asked for and could not be done.
.TP
.B 2
The settings or the command line are wrong; nothing was started or changed.
.TP
.B 3
There is no such session or user.
.SH EXAMPLES
Try it out, with a cookie that also works over plain HTTP:
.PP
.EX
sessgate serve \-\-store\-url=lmdb:trial \-\-cookie\-secure=false
.EE
.PP
Create a session, and ask why its token is good:
.PP
.EX
export SESSGATE_STORE_URL=lmdb:trial
sessgate session create anna | sessgate session explain
.EE
.SH SEE ALSO
.BR systemd.exec (5)
)";

/// `text` as roff shows it: no character of it is taken for a command or for a hyphen.
std::string roff(std::string_view text) {
    std::string out;
    for (const char c : text) {
        if (c == '\\') {
            out += "\\e";
        } else if (c == '-') {
            out += "\\-";
        } else {
            out += c;
        }
    }
    const bool looks_like_a_request = out.starts_with('.') || out.starts_with('\'');
    return looks_like_a_request ? "\\&" + out : out;
}

std::string value_name(const CommandOption& option) {
    if (option.is_file) return "FILE";
    std::string words;
    for (const std::string& word : option.values) words += (words.empty() ? "" : "|") + word;
    return words.empty() ? "VALUE" : words;
}

std::string bold(std::string_view text) {
    return "\\fB" + roff(text) + "\\fR";
}

std::string italic(std::string_view text) {
    return "\\fI" + roff(text) + "\\fR";
}

/// `--print toml|markdown` or `SESSION_ID`, as the head of a paragraph.
std::string shown(const CommandOption& option) {
    if (option.is_argument) return italic(option.values.empty() ? option.name : value_name(option));
    return bold(option.name) + (option.takes_value ? " " + italic(value_name(option)) : "");
}

bool belongs_to_command(const CommandOption& option) {
    return !option.is_setting && option.name != "--help" && option.name != "--config";
}

std::string synopsis_line(const std::string& path, const CommandNode& node) {
    std::string words = path;
    std::ranges::replace(words, '/', ' ');
    std::string line = ".B sessgate " + roff(words) + "\n";
    for (const CommandOption& option : node.options) {
        if (!belongs_to_command(option)) continue;
        line += (option.is_required ? shown(option) : "[" + shown(option) + "]") + "\n";
    }
    return line;
}

std::string synopsis(const CommandNode& root) {
    std::string out = ".SH SYNOPSIS\n";
    bool is_first = true;
    each_command(root, [&](const std::string& path, const CommandNode& node) {
        if (!node.commands.empty()) return;
        out += (is_first ? "" : ".br\n") + synopsis_line(path, node);
        is_first = false;
    });
    return out;
}

std::string paragraph(const std::string& what, std::string_view help) {
    return ".TP\n" + what + "\n" + roff(help) + "\n";
}

std::string commands(const CommandNode& root) {
    std::string out = ".SH COMMANDS\nEach command takes the settings that it needs, and\n" + bold("--help") + ".\n";
    each_command(root, [&](const std::string& path, const CommandNode& node) {
        if (!node.commands.empty()) return;
        std::string words = path;
        std::ranges::replace(words, '/', ' ');
        out += ".SS " + roff(words) + "\n" + roff(node.help) + "\n";
        for (const CommandOption& option : node.options) {
            if (belongs_to_command(option)) out += paragraph(shown(option), option.help);
        }
    });
    return out;
}

std::string setting_text(const Setting& setting) {
    std::string fallback = setting.fallback_note.empty() ? setting.fallback : setting.fallback_note;
    if (fallback.empty()) fallback = "none";
    return ".TP\n" + bold(setting.key) + "\n" + roff(setting.help) + "\nDefault: " + roff(fallback) +
           ".\nAllowed: " + roff(setting.allowed) + ".\n.br\n" + bold(setting.flag()) + ",\n" +
           bold(setting.environment()) + "\n";
}

std::string all_settings() {
    std::string out = ".SH SETTINGS\nEach has its name in a TOML file, given with\n" + bold("--config") + " " +
                      italic("FILE") + ",\na flag and an environment variable.\n";
    for (const Setting& setting : settings()) out += setting_text(setting);
    return out;
}

/// Appends a line of the page in pieces of at most 80 bytes, which is what roff's own checkers like to see. Lines that
/// begin with a dot are requests, and stay whole.
void append_wrapped(std::string& out, std::string_view line) {
    while (line.size() > line_length_max && !line.starts_with('.')) {
        const auto space = line.rfind(' ', line_length_max);
        if (space == std::string_view::npos) break;
        out.append(line.substr(0, space)) += '\n';
        line.remove_prefix(space + 1);
    }
    out.append(line) += '\n';
}

std::string wrapped(std::string_view page) {
    std::string out;
    while (!page.empty()) {
        const auto newline = page.find('\n');
        append_wrapped(out, page.substr(0, newline));
        page.remove_prefix(newline + 1);
    }
    return out;
}

}  // namespace

std::string man_page(const CommandNode& root) {
    const std::string page = ".TH SESSGATE 1 \"" SESSGATE_DATE "\" \"sessgate " SESSGATE_VERSION
                             "\" \"User Commands\"\n"
                             ".SH NAME\nsessgate \\- session sidecar: whose session is this cookie, and is it good?\n" +
                             synopsis(root) + description + commands(root) + all_settings() + environment + end;
    return wrapped(page);
}

}  // namespace sessgate::app
