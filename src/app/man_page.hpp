#pragma once

#include "app/command_tree.hpp"

namespace sessgate::app {

/// sessgate(1) in roff, from the commands and the table of settings.
std::string man_page(const CommandNode& root);

}  // namespace sessgate::app
