#pragma once

#include <optional>
#include <set>
#include <string>

#include "app/config_sources.hpp"
#include "sessgate/app/config.hpp"

namespace sessgate::app {

/// What is wrong between settings that are each fine. A check is left out when one of its keys is in `mistaken`.
Mistakes mistakes_between(const Config& config, const GivenValues& given, const std::set<std::string>& mistaken);

/// Why Lucia's sessions cannot be in that store; nullopt: they can. It goes on from the name of a setting.
std::optional<std::string> why_no_place_for_lucia(const StoreConfig& store);

}  // namespace sessgate::app
