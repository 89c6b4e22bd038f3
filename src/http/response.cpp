#include "http/response.hpp"

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

void append_length(std::string& out, std::size_t length) {
    char digits[20];
    const auto end = std::to_chars(std::begin(digits), std::end(digits), length).ptr;
    append_field(out, "Content-Length", {digits, static_cast<std::size_t>(end - digits)});
}

void append_connection(std::string& out, const Delivery& delivery) {
    if (delivery.keep_alive.empty()) {
        out += "Connection: close\r\n";
        return;
    }
    if (delivery.to_http_10) out += "Connection: keep-alive\r\n";
    append_field(out, "Keep-Alive", delivery.keep_alive);
}

}  // namespace

void Response::add_field(std::string_view name, std::string_view value) {
    append_field(fields, name, value);
}

void append_response(std::string& out, const Response& response, const Delivery& delivery) {
    out += status_line(response.status);
    append_field(out, "Date", delivery.date);
    out += "Cache-Control: no-store\r\n";
    append_connection(out, delivery);
    out += response.fields;
    const bool has_content = response.status != 204;
    if (has_content && !response.body.empty()) append_field(out, "Content-Type", response.content_type);
    if (has_content) append_length(out, response.body.size());
    out += "\r\n";
    if (has_content && !delivery.without_body) out += response.body;
}

std::string_view DateField::at(core::WallTime now) {
    const std::int64_t second = std::chrono::floor<std::chrono::seconds>(now).time_since_epoch().count();
    if (second == second_) return text_;
    second_ = second;
    std::tm parts{};
    const std::time_t time = second;
    gmtime_r(&time, &parts);
    char text[32];
    // The C locale, which the program never leaves, has the names that RFC 9110 asks for.
    text_.assign(text, std::strftime(text, sizeof text, "%a, %d %b %Y %H:%M:%S GMT", &parts));
    return text_;
}

}  // namespace sessgate::http
