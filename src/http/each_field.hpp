#pragma once

#include <string_view>

#include "http/characters.hpp"

namespace sessgate::http {

/// Calls `take(name, value)` for each field line of a head behind its request line.
template <typename Take>
void each_field(std::string_view head, Take take) {
    head.remove_prefix(head.find("\r\n") + 2);
    while (!head.starts_with("\r\n")) {
        const std::string_view line = head.substr(0, head.find("\r\n"));
        const auto colon = line.find(':');
        take(line.substr(0, colon), trimmed(line.substr(colon + 1)));
        head.remove_prefix(line.size() + 2);
    }
}

}  // namespace sessgate::http
