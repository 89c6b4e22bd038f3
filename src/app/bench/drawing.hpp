#pragma once

#include <string>

#include "app/bench/histogram.hpp"

namespace sessgate::app::bench {

/// `1,234,567`.
std::string grouped(std::uint64_t number);

/// Three digits and a unit: `310 µs`, `2.05 ms`.
std::string short_text(nanoseconds time);

/// A row between each two round times, from the quickest to the slowest, with a bar for its share of all.
std::string drawing_of(const Histogram& latencies);

}  // namespace sessgate::app::bench
