#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "sessgate/core/time.hpp"

namespace sessgate::core {

/// A duration as settings and request bodies write it: digits and one unit, `250ms`, `10s`, `5m`, `24h`, `14d`, or a
/// plain `0`. Nullopt for anything else, and for more than 100 years.
std::optional<Milliseconds> parse_duration(std::string_view text) noexcept;

/// `duration` in the largest unit that divides it: what `parse_duration` reads back. Not for negative ones.
std::string to_text(Milliseconds duration);

}  // namespace sessgate::core
