#include "app/config_reader.hpp"

#include <algorithm>
#include <iterator>
#include <set>

#include "app/config_checks.hpp"
#include "app/config_keys.hpp"
#include "app/config_tls.hpp"

namespace sessgate::app {
namespace {

/// Of systemd's list of state directories, the first; by hand, a folder where the program was started.
std::filesystem::path default_data_folder(const Environment& environment) {
    const auto variable = environment.find("STATE_DIRECTORY");
    if (variable == environment.end() || variable->second.empty()) return "./sessgate-data";
    return variable->second.substr(0, variable->second.find(':'));
}

std::optional<std::filesystem::path> file_of(const ConfigSources& sources) {
    if (sources.file) return sources.file;
    const auto variable = sources.environment.find("SESSGATE_CONFIG");
    if (variable == sources.environment.end() || variable->second.empty()) return std::nullopt;
    return variable->second;
}

GivenValues gather(const ConfigSources& sources, Mistakes& mistakes) {
    GivenValues given;
    for (const Setting& setting : settings()) given[setting.key] = {setting.fallback, "default"};
    if (const auto file = file_of(sources)) take_file(*file, given, mistakes);
    take_environment(sources.environment, given, mistakes);
    for (const auto& [key, value] : sources.flags) given[key] = value;
    return given;
}

/// Replaces an empty value by a default that depends on other settings or on where the program runs.
void fill(GivenValues& given, const std::string& key, std::string value) {
    Given& entry = given[key];
    if (entry.value.empty()) entry.value = std::move(value);
}

void fill_found_defaults(GivenValues& given, const Environment& environment) {
    const std::string folder = default_data_folder(environment).string();
    fill(given, "store.url", "lmdb:" + folder);
    const std::string& layout = given["store.layout"].value;
    const bool is_recipe = layout == "lucia-recipe" || given["store.migrate_from"].value == "lucia-recipe";
    fill(given, "store.lucia_session_prefix", is_recipe ? "user_session" : "session");
    const bool is_lucia = layout != "sessgate" || given["store.migrate_from"].value != "none";
    const char* const own_name = given["cookie.secure"].value == "false" ? "session" : "__Host-session";
    fill(given, "cookie.name", is_lucia ? "auth_session" : own_name);

    const std::string& url = given["store.url"].value;
    const std::string data_folder = url.starts_with("lmdb:") ? url.substr(5) : folder;
    fill(given, "control.listen", "unix:" + (std::filesystem::path(data_folder) / "control.sock").string());
}

/// Puts `result.given` into `result.config`.
void put_all(ReadConfig& result, const Environment& environment, Reader reader) {
    GivenValues& given = result.given;
    result.config = Config{};
    result.config.store.data_folder = default_data_folder(environment);

    std::set<std::string> mistaken;
    for (const Setting& setting : settings()) {
        if (setting.first_reader > reader) continue;
        const Given& value = given[setting.key];
        const auto wrong = setting.put(result.config, value.value);
        if (!wrong) continue;
        result.mistakes.push_back(describe(setting.key, value) + " " + *wrong);
        mistaken.insert(setting.key);
    }
    result.config.store.lucia_active_period = result.config.session.active_period;
    result.config.store.lucia_idle_period = result.config.session.idle_period;
    if (reader != Reader::server) return;
    const auto add = [&](Mistakes mistakes) { std::ranges::move(mistakes, std::back_inserter(result.mistakes)); };
    add(mistakes_between(result.config, given, mistaken));
    Mistakes in_tls = mistakes_in_tls(result.config, given, mistaken);
    if (in_tls.empty()) in_tls = load_tls(result.config, given);
    add(std::move(in_tls));
}

/// Settings that only a restart can change: puts their running values back, and returns the names of those that differ.
std::vector<std::string> keep_running_values(ReadConfig& read, const ReadConfig& running) {
    std::vector<std::string> kept;
    for (const Setting& setting : settings()) {
        if (setting.reloads) continue;
        Given& now = read.given[setting.key];
        const Given& before = running.given.find(setting.key)->second;
        const bool is_other_password = setting.key == "store.password_file" &&
                                       read.config.store.redis_password != running.config.store.redis_password;
        if (now.value != before.value || is_other_password) kept.push_back(setting.key);
        now = before;
    }
    return kept;
}

}  // namespace

ReadConfig read_config(const ConfigSources& sources, Reader reader) {
    ReadConfig result;
    result.given = gather(sources, result.mistakes);
    fill_found_defaults(result.given, sources.environment);
    put_all(result, sources.environment, reader);
    return result;
}

RereadConfig reread_config(const ConfigSources& sources, const ReadConfig& running) {
    ReadConfig read = read_config(sources, Reader::server);
    std::vector<std::string> need_restart;
    if (read.mistakes.empty()) {
        need_restart = keep_running_values(read, running);
        put_all(read, sources.environment, Reader::server);
    }
    return {std::move(read.config), std::move(read.mistakes), std::move(need_restart)};
}

}  // namespace sessgate::app
