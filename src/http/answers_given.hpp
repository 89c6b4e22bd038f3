#pragma once

#include "http/request.hpp"
#include "http/response.hpp"
#include "sessgate/ports/clock.hpp"
#include "sessgate/ports/log.hpp"

namespace sessgate::http {

/// The place that every answer passes once it is written: counts it and how long it took since its request was read,
/// and logs one of so many. The shard's thread only.
class AnswersGiven {
public:
    struct Parts {
        ports::Metrics& metrics;
        const ports::Clock& clock;
        ports::Log& log;
        std::size_t logged_every;  ///< 0: none is logged
    };

    explicit AnswersGiven(const Parts& parts) noexcept : parts_(parts), until_logged_(parts.logged_every) {}

    /// `request`: null when it could not be read.
    void note(const Request* request, const Response& response, core::SteadyTime read_at) {
        const auto outcome = response.outcome.value_or(ports::outcome_of(response.status));
        const auto time = parts_.clock.steady() - read_at;
        parts_.metrics.requests.add(response.row, outcome);
        parts_.metrics.request_seconds.observe(time, response.row);
        if (until_logged_ == 0) return;
        --until_logged_;
        if (until_logged_ == 0) log(request, response, outcome, time);
    }

private:
    void log(const Request* request, const Response& response, ports::Outcome outcome, std::chrono::nanoseconds time);

    Parts parts_;
    std::size_t until_logged_;
};

}  // namespace sessgate::http
