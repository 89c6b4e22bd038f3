#pragma once

#include <optional>
#include <string>
#include <variant>

#include "sessgate/app/config.hpp"

namespace sessgate::app {

struct ControlRequest {
    std::string method;
    std::string target;  ///< path and query, encoded
    std::string body{};  ///< JSON; empty: none
};

struct ControlAnswer {
    unsigned status = 0;
    std::string body;
};

/// Why there was no answer, as a sentence for a person.
struct NoAnswer {
    std::string why;
};

/// One call to the control port of a running program. Its `tokens` are tried in order, so that a new one may stand in
/// the file before the program has read it. Gives up after 10 s for each.
std::variant<ControlAnswer, NoAnswer> ask(const ControlConfig& control, const ControlRequest& request);

}  // namespace sessgate::app
