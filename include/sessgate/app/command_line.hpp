#pragma once

#include <span>

namespace sessgate::app {

/// What the program ends with.
enum ExitCode : int {
    exit_ok = 0,
    exit_failed = 1,     ///< it was asked for and could not be done
    exit_mistake = 2,    ///< the settings or the command line are wrong; nothing was started or changed
    exit_not_found = 3,  ///< there is no such session or user
};

/// The whole program: reads the command line (the program's name first) and does what it says.
int run_command_line(std::span<char*> arguments);

}  // namespace sessgate::app
