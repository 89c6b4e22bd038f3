#include "http/problem.hpp"

#include "http/request_mark.hpp"
#include "sessgate/core/json.hpp"

namespace sessgate::http {
namespace {

std::string_view refusal_code(int status) noexcept {
    switch (status) {
        case 408:
            return "request_timeout";
        case 413:
            return "body_too_large";
        case 431:
            return "head_too_large";
        case 501:
            return "not_implemented";
        case 505:
            return "http_version_not_supported";
        default:
            return "malformed_request";
    }
}

std::string_view unavailable_detail(core::Errc error) noexcept {
    switch (error) {
        case core::Errc::store_timeout:
            return "The session store did not answer in time. Ask again.";
        case core::Errc::store_protocol:
            return "The session store's answer made no sense. Ask again.";
        case core::Errc::store_full:
            return "The session store has no room for this write. Sessions can still be read and revoked.";
        case core::Errc::store_busy:
            return "As many calls wait for the session store as may. Ask again.";
        default:
            return "The session store cannot be reached. Ask again.";
    }
}

}  // namespace

void write_problem(Response& response, int status, std::string_view code, std::string_view detail) {
    response.status = status;
    response.content_type = "application/problem+json";
    std::string& body = response.body;
    body.assign("{\"status\":");
    core::append_json_integer(body, status);
    body += ",\"code\":";
    core::append_json_string(body, code);
    body += ",\"detail\":";
    core::append_json_string(body, detail);
    body += '}';
}

void write_unavailable(Exchange& exchange, core::Errc error) {
    exchange.context.store_log.request_failed(mark_of(exchange.request, exchange.endpoint), error);
    exchange.response.add_field("Retry-After", "1");
    write_problem(exchange.response, 503, core::to_text(error), unavailable_detail(error));
}

void write_refusal(Response& response, int status, std::string_view why) {
    write_problem(response, status, refusal_code(status), why);
}

}  // namespace sessgate::http
