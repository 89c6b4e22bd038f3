#pragma once

#include "app/config_setting.hpp"
#include "app/config_sources.hpp"
#include "sessgate/app/run.hpp"

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
    GivenValues given;
};

/// What `sources` say now, to a program that runs with `running`. Settings that only a restart can change keep their
/// running values, and are named; what is then mistaken together is a mistake. Any thread.
RereadConfig reread_config(const ConfigSources& sources, const ReadConfig& running);

/// Flags over environment over file over defaults, with all that is wrong in any of them. Reads the files that the
/// settings name; changes nothing.
ReadConfig read_config(const ConfigSources& sources, Reader reader);

}  // namespace sessgate::app
