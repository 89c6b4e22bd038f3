#pragma once

#include <set>

#include "app/config_setting.hpp"
#include "app/config_sources.hpp"

namespace sessgate::app {

/// What is wrong between the settings of TLS on the two ports. A check is left out when one of its keys is in
/// `mistaken`.
Mistakes mistakes_in_tls(const Config& config, const GivenValues& given, const std::set<std::string>& mistaken);

/// Reads the certificates and keys that both ports' settings name, which are fine by themselves.
Mistakes load_tls(Config& config, const GivenValues& given);

}  // namespace sessgate::app
