#pragma once

#include <boost/system/result.hpp>
#include <string>
#include <string_view>

#include "sessgate/app/config.hpp"

namespace sessgate::app::bench {

/// What is asked: `http://127.0.0.1:8080/session`.
struct Target {
    ListenAddress address;
    std::string path = "/session";  ///< with its query
    std::string host;               ///< the Host field
};

/// `http://HOST[:PORT][/PATH]`, `http://[V6]…` or `unix:SOCKET[:/PATH]`; without a path `/session`. An error is a
/// sentence for a person.
boost::system::result<Target, std::string> parse_target(std::string_view url);

}  // namespace sessgate::app::bench
