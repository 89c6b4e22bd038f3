#pragma once

#include <set>

#include "app/config_sources.hpp"
#include "sessgate/app/config.hpp"

namespace sessgate::app {

/// What is wrong between settings that are each fine. A check is left out when one of its keys is in `mistaken`.
Mistakes mistakes_between(const Config& config, const GivenValues& given, const std::set<std::string>& mistaken);

}  // namespace sessgate::app
