#include "http/response.hpp"

#include <algorithm>
#include <charconv>
#include <ctime>

namespace sessgate::http {
namespace {

std::string_view status_line(int status) noexcept {
    switch (status) {
        case 200:
            return "HTTP/1.1 200 OK\r\n";
        case 201:
            return "HTTP/1.1 201 Created\r\n";
        case 204:
            return "HTTP/1.1 204 No Content\r\n";
        case 302:
            return "HTTP/1.1 302 Found\r\n";
        case 303:
            return "HTTP/1.1 303 See Other\r\n";
        case 400:
            return "HTTP/1.1 400 Bad Request\r\n";
        case 401:
            return "HTTP/1.1 401 Unauthorized\r\n";
        case 403:
            return "HTTP/1.1 403 Forbidden\r\n";
        case 404:
            return "HTTP/1.1 404 Not Found\r\n";
        case 405:
            return "HTTP/1.1 405 Method Not Allowed\r\n";
        case 408:
            return "HTTP/1.1 408 Request Timeout\r\n";
        case 413:
            return "HTTP/1.1 413 Content Too Large\r\n";
        case 415:
            return "HTTP/1.1 415 Unsupported Media Type\r\n";
        case 422:
            return "HTTP/1.1 422 Unprocessable Content\r\n";
        case 429:
            return "HTTP/1.1 429 Too Many Requests\r\n";
        case 431:
            return "HTTP/1.1 431 Request Header Fields Too Large\r\n";
        case 501:
            return "HTTP/1.1 501 Not Implemented\r\n";
        case 503:
            return "HTTP/1.1 503 Service Unavailable\r\n";
        case 505:
            return "HTTP/1.1 505 HTTP Version Not Supported\r\n";
        default:
            return "HTTP/1.1 500 Internal Server Error\r\n";
    }
}

void append_field(std::string& out, std::string_view name, std::string_view value) {
    out += name;
    out += ": ";
    out += value;
    out += "\r\n";
}

/// Before `Response::ready`.
constexpr std::string_view ready_start =
    "X-Session-State: active\r\nContent-Type: application/json\r\nContent-Length: ";

/// From Content-Type to the blank line.
void append_content_fields(std::string& out, const Response& response) {
    if (response.body.empty()) {
        out += "Content-Length: 0\r\n\r\n";
        return;
    }
    if (response.content_type.data() == json_type.data()) {
        out += "Content-Type: application/json\r\nContent-Length: ";
    } else {
        out.append("Content-Type: ").append(response.content_type).append("\r\nContent-Length: ");
    }
    char digits[24];
    char* end = std::to_chars(std::begin(digits), std::end(digits) - 4, response.body.size()).ptr;
    end = std::copy_n("\r\n\r\n", 4, end);
    out.append(std::begin(digits), static_cast<std::size_t>(end - std::begin(digits)));
}

bool is_usual(int status, const Delivery& delivery) noexcept {
    return status == 200 && delivery.keeps_alive && !delivery.to_http_10;
}

void append_start(std::string& out, int status, const Delivery& delivery) {
    if (is_usual(status, delivery)) {
        out += delivery.start.usual_at(delivery.now);
        return;
    }
    out.append(status_line(status)).append(delivery.start.fields_at(delivery.now));
    if (!delivery.keeps_alive) {
        out += "Connection: close\r\n";
        return;
    }
    if (delivery.to_http_10) out += "Connection: keep-alive\r\n";
    out += delivery.start.keep_alive();
}

/// What follows the fields that all answers have.
void append_rest(std::string& out, const Response& response) {
    if (!response.ready.empty()) {
        out.append(ready_start).append(response.ready);
    } else if (response.status == 204) {
        out.append(response.fields).append("\r\n");
    } else {
        out += response.fields;
        append_content_fields(out, response);
        out += response.body;
    }
}

}  // namespace

void Response::add_field(std::string_view name, std::string_view value) {
    append_field(fields, name, value);
}

void append_response(std::string& out, const Response& response, const Delivery& delivery) {
    const std::size_t begin = out.size();
    if (!response.ready.empty() && is_usual(response.status, delivery)) {
        out.append(delivery.start.ready_at(delivery.now)).append(response.ready);
    } else {
        append_start(out, response.status, delivery);
        append_rest(out, response);
    }
    if (delivery.without_body) out.resize(out.find("\r\n\r\n", begin) + 4);
}

AnswerStart::AnswerStart(std::string_view keep_alive) {
    append_field(keep_alive_, "Keep-Alive", keep_alive);
}

std::string_view AnswerStart::fields_at(core::WallTime now) {
    bring_up_to(now);
    return fields_;
}

std::string_view AnswerStart::usual_at(core::WallTime now) {
    bring_up_to(now);
    return usual_;
}

std::string_view AnswerStart::ready_at(core::WallTime now) {
    bring_up_to(now);
    return ready_;
}

void AnswerStart::bring_up_to(core::WallTime now) {
    const std::int64_t second = std::chrono::floor<std::chrono::seconds>(now).time_since_epoch().count();
    if (second == second_) return;
    second_ = second;
    std::tm parts{};
    const std::time_t time = second;
    gmtime_r(&time, &parts);
    char date[32];
    // The C locale, which the program never leaves, has the names that RFC 9110 asks for.
    const std::size_t length = std::strftime(date, sizeof date, "%a, %d %b %Y %H:%M:%S GMT", &parts);
    fields_.clear();
    append_field(fields_, "Date", {date, length});
    append_field(fields_, "Cache-Control", "no-store");
    usual_.assign(status_line(200)).append(fields_).append(keep_alive_);
    ready_.assign(usual_).append(ready_start);
}

}  // namespace sessgate::http
