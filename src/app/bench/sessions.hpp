#pragma once

#include <boost/system/result.hpp>
#include <functional>
#include <string>
#include <vector>

#include "sessgate/app/config.hpp"

namespace sessgate::app::bench {

struct NewSessions {
    std::vector<std::string> tokens;
    std::string cookie_name;  ///< as the program's own answers have it
};

/// Creates `count` sessions, each of a user of its own, that end by themselves within the hour. Calls `tell(created)`
/// meanwhile. An error is a sentence for a person; then some sessions may have been created.
boost::system::result<NewSessions, std::string> create_sessions(const ControlConfig& control, std::size_t count,
                                                                const std::function<void(std::size_t)>& tell);

}  // namespace sessgate::app::bench
