#pragma once

#include "app/config_reader.hpp"

namespace CLI {
class App;
}

namespace sessgate::app {

/// What one command was given of the settings, and what on its line is no setting and no option.
struct CommandFlags {
    ConfigSources sources;
    Mistakes mistakes;
};

/// Gives `command` a flag for each setting that `reader` needs, and `--config`; a parse fills `flags`.
void add_settings(CLI::App& command, Reader reader, CommandFlags& flags);

/// Adds to `flags` what the parse of `command` left over. What was typed as a value is not repeated.
void take_leftovers(const CLI::App& command, CommandFlags& flags);

/// The settings with all mistakes in them, those of the command line first.
ReadConfig read_config(const CommandFlags& flags, Reader reader);

}  // namespace sessgate::app
