#pragma once

#include <boost/system/result.hpp>
#include <functional>
#include <string>

#include "app/bench/client_socket.hpp"
#include "app/bench/counts.hpp"
#include "app/bench/load.hpp"

namespace sessgate::app::bench {

/// How far a measurement is.
struct Passed {
    std::chrono::nanoseconds time{};  ///< since its warm-up began
    std::uint64_t answers = 0;        ///< in that time
};

/// Puts the load on, and waits until it has run; calls `tell` a few times a second meanwhile. An error is a sentence
/// for a person; then nothing was measured.
boost::system::result<Counts, std::string> measure(const Load& load, const Requests& requests,
                                                   const SocketAddress& address,
                                                   const std::function<void(const Passed&)>& tell);

}  // namespace sessgate::app::bench
