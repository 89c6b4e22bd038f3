#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "sessgate/core/time.hpp"
#include "sessgate/ports/metrics.hpp"

namespace sessgate::http {

/// One answer before it is bytes. Reused from request to request, so that its strings keep their room.
struct Response {
    int status = 200;
    std::string_view content_type = "application/json";
    std::string fields;  ///< further field lines, each with its CRLF
    std::string body;
    ports::EndpointRow row{};               ///< of the endpoint that answers
    std::optional<ports::Outcome> outcome;  ///< where it is not what the status says

    void reset() noexcept {
        status = 200;
        content_type = "application/json";
        fields.clear();
        body.clear();
        row = {};
        outcome.reset();
    }

    /// `value` is ours or was checked: it holds no CR, LF or NUL.
    void add_field(std::string_view name, std::string_view value);
};

/// What the connection adds to every answer.
struct Delivery {
    std::string_view date;
    std::string_view keep_alive;  ///< value of the Keep-Alive field; empty: the connection closes after this answer
    bool to_http_10 = false;      ///< a client of HTTP/1.0 has to be told that the connection stays
    bool without_body = false;    ///< HEAD: the fields of the GET, and no body
};

/// Appends the whole answer to `out`.
void append_response(std::string& out, const Response& response, const Delivery& delivery);

/// The Date field's value (RFC 9110, 5.6.7), made anew only when the second has changed.
class DateField {
public:
    std::string_view at(core::WallTime now);

private:
    std::int64_t second_ = -1;
    std::string text_;
};

}  // namespace sessgate::http
