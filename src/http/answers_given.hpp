#pragma once

#include "http/response.hpp"
#include "sessgate/ports/clock.hpp"

namespace sessgate::http {

/// The place that every answer passes once it is written: counts it, and how long it took since its request was read.
/// The shard's thread only.
class AnswersGiven {
public:
    AnswersGiven(ports::Metrics& metrics, const ports::Clock& clock) noexcept : metrics_(metrics), clock_(clock) {}

    void note(const Response& response, core::SteadyTime read_at) {
        metrics_.requests.add(response.row, response.outcome.value_or(ports::outcome_of(response.status)));
        metrics_.request_seconds.observe(clock_.steady() - read_at, response.row);
    }

private:
    ports::Metrics& metrics_;
    const ports::Clock& clock_;
};

}  // namespace sessgate::http
