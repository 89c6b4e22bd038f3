#include "app/config_sources.hpp"

#include <algorithm>
#include <numeric>

#include "app/config_keys.hpp"

namespace sessgate::app {
namespace {

constexpr std::size_t shown_length_max = 200;
constexpr std::string_view environment_prefix = "SESSGATE_";

/// Insertions, deletions and replacements that turn `a` into `b` (Levenshtein).
std::size_t distance(std::string_view a, std::string_view b) {
    std::vector<std::size_t> row(b.size() + 1);
    std::iota(row.begin(), row.end(), std::size_t{0});
    for (std::size_t i = 0; i < a.size(); ++i) {
        std::size_t diagonal = row[0];
        row[0] = i + 1;
        for (std::size_t j = 0; j < b.size(); ++j) {
            const std::size_t replaced = diagonal + (a[i] == b[j] ? 0 : 1);
            diagonal = row[j + 1];
            row[j + 1] = std::min({replaced, row[j] + 1, row[j + 1] + 1});
        }
    }
    return row.back();
}

/// Of a path, or of a mistake that may be the secret itself: only what exists, or could, is shown.
bool may_be_shown(std::string_view key, const std::string& value) {
    const Setting* setting = find_setting(key);
    if (key == "store.url") return value.find('@') == std::string::npos;
    if (setting == nullptr || !setting->names_secrets) return true;
    std::error_code error;
    return std::filesystem::exists(value, error);
}

std::string printable(const std::string& value) {
    std::string text = "\"";
    for (const char c : value.substr(0, shown_length_max)) {
        const bool is_plain = c >= ' ' && c <= '~' && c != '"' && c != '\\';
        text += is_plain ? c : '?';
    }
    return text + (value.size() > shown_length_max ? "…\"" : "\"");
}

std::vector<std::string> environment_names() {
    std::vector<std::string> names{"SESSGATE_CONFIG"};
    for (const Setting& setting : settings()) names.push_back(setting.environment());
    return names;
}

/// As Kubernetes sets for a service that is named `sessgate` or `sessgate-control`.
bool is_service_link(std::string_view name) {
    return name.ends_with("_PORT") || name.find("_SERVICE_") != std::string_view::npos ||
           name.find("_PORT_") != std::string_view::npos;
}

/// Whether `name` begins as the settings of a group do: `SESSGATE_COOKIE_`.
bool is_in_a_group(std::string_view name) {
    return std::ranges::any_of(settings(), [&](const Setting& setting) {
        const auto dot = setting.key.find('.');
        return dot != std::string::npos &&
               name.starts_with(setting.environment().substr(0, environment_prefix.size() + dot + 1));
    });
}

}  // namespace

std::string describe(std::string_view key, const Given& given) {
    const std::string value = may_be_shown(key, given.value) ? " = " + printable(given.value) : " (value not shown)";
    return std::string(key) + value + " (" + given.source + ")";
}

std::optional<std::string> nearest(std::string_view name, const std::vector<std::string>& names) {
    const auto by_distance = [&](const std::string& a, const std::string& b) {
        return distance(name, a) < distance(name, b);
    };
    const auto best = std::ranges::min_element(names, by_distance);
    const std::size_t far = std::max<std::size_t>(2, name.size() / 3);
    if (best == names.end() || distance(name, *best) > far) return std::nullopt;
    return *best;
}

std::string suggestion(std::string_view name, const std::vector<std::string>& names) {
    const auto meant = nearest(name, names);
    return meant ? "; did you mean " + *meant + "?" : "";
}

void take_environment(const Environment& environment, GivenValues& given, Mistakes& mistakes) {
    const std::vector<std::string> names = environment_names();
    for (const Setting& setting : settings()) {
        const auto variable = environment.find(setting.environment());
        if (variable != environment.end()) given[setting.key] = {variable->second, "environment " + variable->first};
    }
    for (const auto& [name, value] : environment) {
        if (!name.starts_with(environment_prefix) || std::ranges::find(names, name) != names.end()) continue;
        const auto meant = nearest(name, names);
        const bool is_near = meant && distance(name, *meant) <= 2;
        if (is_near || (is_in_a_group(name) && !is_service_link(name))) {
            mistakes.push_back(name + " (environment) is not a setting" + suggestion(name, names));
        }
    }
}

}  // namespace sessgate::app
