#pragma once

#include <sys/stat.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

#include "app/config_keys.hpp"
#include "app/config_reader.hpp"

namespace sessgate::tests {

/// A folder that is gone at the end of the test.
class TemporaryFolder {
public:
    TemporaryFolder() {
        std::string name = (std::filesystem::temp_directory_path() / "sessgate-XXXXXX").string();
        path_ = ::mkdtemp(name.data());
    }
    ~TemporaryFolder() { std::filesystem::remove_all(path_); }
    TemporaryFolder(const TemporaryFolder&) = delete;
    TemporaryFolder& operator=(const TemporaryFolder&) = delete;

    /// Writes a file with exactly these permissions and gives its path.
    std::string file(const std::string& name, const std::string& text, mode_t mode = 0600) const {
        const std::filesystem::path path = path_ / name;
        std::ofstream(path) << text;
        ::chmod(path.c_str(), mode);
        return path.string();
    }

    const std::filesystem::path& path() const noexcept { return path_; }

private:
    std::filesystem::path path_;
};

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
