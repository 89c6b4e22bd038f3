#include "http/answers_given.hpp"

#include "http/endpoint.hpp"
#include "http/request_mark.hpp"

namespace sessgate::http {

/// The endpoint's name and not the request's target, which may hold anything.
void AnswersGiven::log(const Request* request, const Response& response, ports::Outcome outcome,
                       std::chrono::nanoseconds time) {
    until_logged_ = parts_.logged_every;
    const std::string_view endpoint = endpoint_names()[static_cast<std::size_t>(response.row)];
    const service::RequestMark mark = request ? mark_of(*request, endpoint) : service::RequestMark{endpoint};
    const auto elapsed = std::chrono::duration_cast<std::chrono::microseconds>(time);
    parts_.log.write(ports::Level::info, "request",
                     {{"endpoint", mark.endpoint},
                      {"status", std::int64_t{response.status}},
                      {"outcome", ports::to_text(outcome)},
                      {"elapsed_us", elapsed.count()},
                      {"request_id", mark.request_id},
                      {"trace_id", mark.trace_id},
                      {"parent_id", mark.parent_id}});
}

}  // namespace sessgate::http
