#include "http/endpoint.hpp"

namespace sessgate::http {

/// src/http/status as it was when this was built (cmake/Layers.cmake).
extern const std::string_view status_page;
extern const std::string_view status_style;
extern const std::string_view status_numbers;
extern const std::string_view status_elements;
extern const std::string_view status_charts;
extern const std::string_view status_live;
extern const std::string_view status_sessions;

namespace endpoints {
namespace {

/// The page is this file, its style and its script, and speaks to nobody but this port.
constexpr std::string_view security_policy =
    "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src data:; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'none'";

ports::Task<void> answer(Exchange& exchange, std::string_view type, std::string_view text) {
    Response& response = exchange.response;
    response.content_type = type;
    response.add_field("Content-Security-Policy", security_policy);
    response.add_field("X-Content-Type-Options", "nosniff");
    response.add_field("Referrer-Policy", "no-referrer");
    response.body += text;
    co_return;
}

}  // namespace

ports::Task<void> show_status(Exchange& exchange) {
    return answer(exchange, "text/html; charset=utf-8", status_page);
}

ports::Task<void> show_status_style(Exchange& exchange) {
    return answer(exchange, "text/css; charset=utf-8", status_style);
}

ports::Task<void> show_status_script(Exchange& exchange) {
    co_await answer(exchange, "text/javascript; charset=utf-8", status_numbers);
    for (const std::string_view part : {status_elements, status_charts, status_live, status_sessions}) {
        exchange.response.body += part;
    }
}

}  // namespace endpoints
}  // namespace sessgate::http
