#include "app/config_print.hpp"

#include "app/config_keys.hpp"
#include "app/config_values.hpp"

namespace sessgate::app {
namespace {

std::string default_in_markdown(const Setting& setting) {
    if (!setting.fallback_note.empty()) return setting.fallback_note;
    return setting.fallback.empty() ? "none" : "`" + setting.fallback + "`";
}

std::string in_quotes(std::string_view text) {
    return "\"" + std::string(text) + "\"";
}

std::string default_in_toml(const Setting& setting) {
    if (setting.form == Form::bare) return setting.fallback;
    if (setting.form == Form::text) return in_quotes(setting.fallback);
    if (setting.form == Form::table) return "{}";  // none is filled by default
    std::string list = "[";
    for (const std::string_view part : split_list(setting.fallback)) {
        list += (list.size() > 1 ? ", " : "") + in_quotes(part);
    }
    return list + "]";
}

void append_toml(std::string& out, const Setting& setting, std::string_view name) {
    out += "\n# " + setting.help + (setting.reloads ? " Changes on reload." : "") + "\n# Allowed: " + setting.allowed + ".";
    if (!setting.fallback_note.empty()) out += " Empty: " + setting.fallback_note + ".";
    out += "\n#" + std::string(name) + " = " + default_in_toml(setting) + "\n";
}

}  // namespace

std::string settings_as_markdown() {
    std::string out = "| setting | default | allowed | what it is |\n|---|---|---|---|\n";
    for (const Setting& setting : settings()) {
        out += "| `" + setting.key + "` | " + default_in_markdown(setting) + " | " + setting.allowed + " | " +
               setting.help + (setting.reloads ? " ↻ |\n" : " |\n");
    }
    return out;
}

std::string settings_as_toml() {
    std::string out =
        "# Settings of sessgate, each with its default: uncomment a line to change it. Start with\n"
        "# `sessgate serve --config FILE`. A flag or an environment variable of the same name wins over this file:\n"
        "# session.active_period is --session-active-period and SESSGATE_SESSION_ACTIVE_PERIOD.\n"
        "# Made by `sessgate check --print toml`.\n";
    // Keys without a table stand first, as TOML wants it.
    for (const Setting& setting : settings()) {
        if (setting.key.find('.') == std::string::npos) append_toml(out, setting, setting.key);
    }
    std::string group;
    for (const Setting& setting : settings()) {
        const auto dot = setting.key.find('.');
        if (dot == std::string::npos) continue;
        if (setting.key.substr(0, dot) != group) {
            group = setting.key.substr(0, dot);
            out += "\n[" + group + "]\n";
        }
        append_toml(out, setting, setting.key.substr(dot + 1));
    }
    return out;
}

}  // namespace sessgate::app
