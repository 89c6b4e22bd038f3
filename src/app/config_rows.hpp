#pragma once

#include "app/config_setting.hpp"

namespace sessgate::app {

// What a row of the table of settings says beside what it is.

/// A setting that a running program's clients need as well.
inline Setting also_for(Reader first_reader, Setting setting) {
    setting.first_reader = first_reader;
    return setting;
}

/// Its new value counts from the next reload on.
inline Setting reloaded(Setting setting) {
    setting.reloads = true;
    return setting;
}

inline std::vector<Setting> all_reloaded(std::vector<Setting> all) {
    for (Setting& setting : all) setting.reloads = true;
    return all;
}

inline Setting found_by(std::string fallback_note, Setting setting) {
    setting.fallback_note = std::move(fallback_note);
    return setting;
}

inline Setting as_list(Setting setting) {
    setting.form = Form::list;
    return setting;
}

inline Setting as_file(Setting setting) {
    setting.is_file = true;
    return setting;
}

inline Setting as_table(Setting setting) {
    setting.form = Form::table;
    return setting;
}

inline Setting naming_secrets(Setting setting) {
    setting.names_secrets = true;
    return as_file(std::move(setting));
}

inline Setting path_setting(Row row, const Place<std::filesystem::path>& place) {
    const auto put = [place](Config& config, const std::string& text) -> Wrong {
        place(config) = text;
        return std::nullopt;
    };
    return as_file(text_setting(std::move(row), "a path", put));
}

/// The rows of TLS on each port.
std::vector<Setting> data_tls_settings();
std::vector<Setting> control_tls_settings();

}  // namespace sessgate::app
