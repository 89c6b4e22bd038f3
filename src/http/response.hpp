#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "sessgate/core/time.hpp"
#include "sessgate/ports/metrics.hpp"

namespace sessgate::http {

constexpr std::string_view json_type = "application/json";

/// One answer before it is bytes. Reused from request to request, so that its strings keep their room.
struct Response {
    int status = 200;
    std::string_view content_type = json_type;
    std::string fields;  ///< further field lines, each with its CRLF
    std::string body;
    ports::EndpointRow row{};               ///< of the endpoint that answers
    std::optional<ports::Outcome> outcome;  ///< where it is not what the status says

    /// Of an active session, in place of the two above: the body's length, blank line and body as they were made
    /// before. Whoever sets it keeps it until the answer was appended.
    std::string_view ready;

    void reset() noexcept {
        ready = {};
        status = 200;
        content_type = json_type;
        fields.clear();
        body.clear();
        row = {};
        outcome.reset();
    }

    /// `value` is ours or was checked: it holds no CR, LF or NUL.
    void add_field(std::string_view name, std::string_view value);
};

/// What answers begin with, for one server: the field lines that all of them have, Date (RFC 9110, 5.6.7) and
/// Cache-Control, and the whole beginning of the most usual answer. Made anew only when the second has changed.
class AnswerStart {
public:
    /// `keep_alive`: the value of the Keep-Alive field.
    explicit AnswerStart(std::string_view keep_alive);

    std::string_view keep_alive() const noexcept { return keep_alive_; }
    std::string_view fields_at(core::WallTime now);

    /// Status line and fields of a 200 on a connection of HTTP/1.1 that stays open.
    std::string_view usual_at(core::WallTime now);

    /// The same with all that stands before `Response::ready`.
    std::string_view ready_at(core::WallTime now);

private:
    void bring_up_to(core::WallTime now);

    std::string keep_alive_;  ///< the whole line
    std::string fields_;
    std::string usual_;
    std::string ready_;
    std::int64_t second_ = -1;
};

/// What the connection adds to every answer.
struct Delivery {
    AnswerStart& start;
    core::WallTime now;
    bool keeps_alive = false;   ///< false: the connection closes after this answer
    bool to_http_10 = false;    ///< a client of HTTP/1.0 has to be told that the connection stays
    bool without_body = false;  ///< HEAD: the fields of the GET, and no body
};

/// Appends the whole answer to `out`.
void append_response(std::string& out, const Response& response, const Delivery& delivery);

}  // namespace sessgate::http
