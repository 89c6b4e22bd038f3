#pragma once

#include "app/command_tree.hpp"

namespace sessgate::app {

// Scripts that teach a shell to complete the program's command line. Each knows the commands, flags and words of
// `root`, offers files where a file is meant, and nothing where only a person can know.

std::string bash_completion(const CommandNode& root);
std::string zsh_completion(const CommandNode& root);
std::string fish_completion(const CommandNode& root);

/// Nullptr for a shell that is not known.
std::string (*completion_for(const std::string& shell))(const CommandNode& root);

}  // namespace sessgate::app
