#pragma once

#include "app/config_setting.hpp"
#include "app/config_sources.hpp"

namespace sessgate::app {

/// Everything that settings can come from.
struct ConfigSources {
    GivenValues flags{};
    Environment environment{};
    std::optional<std::filesystem::path> file{};  ///< of `--config`; else SESSGATE_CONFIG's, else none
};

struct ReadConfig {
    Config config;
    Mistakes mistakes;  ///< empty: `config` can be used
};

/// Flags over environment over file over defaults, with all that is wrong in any of them. Reads the files that the
/// settings name; changes nothing.
ReadConfig read_config(const ConfigSources& sources, Reader reader);

}  // namespace sessgate::app
