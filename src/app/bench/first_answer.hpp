#pragma once

#include <boost/system/result.hpp>
#include <string>

#include "app/bench/client_socket.hpp"
#include "app/bench/target.hpp"

namespace sessgate::app::bench {

struct FirstAnswer {
    unsigned status = 0;
    std::string text;  ///< all of it, as it came
};

/// Sends `request` once and waits for its answer, so that a mistake is told before a load is put on. An error is a
/// sentence for a person: nobody listens there, or there is no answer in HTTP.
boost::system::result<FirstAnswer, std::string> ask_once(const Target& target, const SocketAddress& address,
                                                         std::string_view request);

}  // namespace sessgate::app::bench
