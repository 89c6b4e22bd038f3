#pragma once

#include <boost/system/result.hpp>
#include <string>
#include <vector>

#include "app/bench/load.hpp"
#include "app/bench/target.hpp"
#include "app/commands.hpp"

namespace sessgate::app::bench {

// What was typed, as values. An error is a sentence for a person: what is wrong with the command line.

boost::system::result<Load, std::string> load_of(const BenchWanted& wanted);

/// The lines of a file, without empty ones; at least one.
boost::system::result<std::vector<std::string>, std::string> tokens_in(const std::string& file);

/// The requests that carry `tokens`, where there are any, each in the cookie `cookie_name`.
boost::system::result<Requests, std::string> requests_of(const BenchWanted& wanted, const Target& target,
                                                         std::vector<std::string> tokens,
                                                         const std::string& cookie_name);

}  // namespace sessgate::app::bench
