#pragma once

#include <sys/stat.h>

#include <algorithm>
#include <fstream>
#include <string>

#include "app/config_keys.hpp"
#include "app/config_reader.hpp"
#include "tests/support/folder.hpp"

namespace sessgate::tests {

/// Writes a file with exactly these permissions into `folder` and gives its path.
inline std::string file_in(const TemporaryFolder& folder, const std::string& name, const std::string& text,
                           mode_t mode = 0600) {
    const std::filesystem::path path = folder.path() / name;
    std::ofstream(path) << text;
    ::chmod(path.c_str(), mode);
    return path.string();
}

/// Settings as `serve` would read them, from flags alone.
inline app::ReadConfig read_flags(std::initializer_list<std::pair<std::string, std::string>> flags) {
    app::ConfigSources sources;
    for (const auto& [key, value] : flags) {
        sources.flags[key] = {value, "flag " + app::find_setting(key)->flag()};
    }
    return app::read_config(sources, app::Reader::server);
}

/// Whether exactly one mistake was found, and it holds each of `parts`.
inline bool is_only_mistake(const app::ReadConfig& read, std::initializer_list<std::string_view> parts) {
    return read.mistakes.size() == 1 && std::ranges::all_of(parts, [&](std::string_view part) {
               return read.mistakes.front().find(part) != std::string::npos;
           });
}

}  // namespace sessgate::tests
