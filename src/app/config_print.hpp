#pragma once

#include <string>

namespace sessgate::app {

/// The README's table of settings, from the table in code.
std::string settings_as_markdown();

/// An example settings file: each default in a comment, ready to be uncommented and changed.
std::string settings_as_toml();

}  // namespace sessgate::app
