#pragma once

#include <span>

#include "app/config_setting.hpp"

namespace sessgate::app {

/// All settings, in the order in which people should read about them. Flags, environment names, the settings file, the
/// help, the README's table and the example file are made from these rows.
std::span<const Setting> settings();

/// Nullptr when there is no setting of that name.
const Setting* find_setting(std::string_view key);

}  // namespace sessgate::app
