#pragma once

#include <string>

#include "app/bench/counts.hpp"
#include "app/bench/load.hpp"

namespace sessgate::app::bench {

/// The result for a person: how many answers of which status, and how long they took, with a drawing.
std::string report_text(const Load& load, const Counts& counts);

/// The same, and what was asked of `url`, as one JSON object: latencies in microseconds, `histogram` as pairs of a
/// bucket's end and its count.
std::string report_json(const std::string& url, const Load& load, const Counts& counts);

}  // namespace sessgate::app::bench
