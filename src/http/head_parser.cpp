#include "http/head_parser.hpp"

#include "http/head_reader.hpp"

namespace sessgate::http {

namespace {

/// Takes the text in front of `end` off `rest`, and `end` with it. It is there: the head was checked.
std::string_view take_until(std::string_view& rest, char end) noexcept {
    const auto length = rest.find(end);
    const std::string_view taken = rest.substr(0, length);
    rest.remove_prefix(length + 1);
    return taken;
}

/// Takes a line off `rest`, without its CRLF.
std::string_view take_line(std::string_view& rest) noexcept {
    std::string_view line = take_until(rest, '\n');
    line.remove_suffix(1);
    return line;
}

}  // namespace

Refusal parse_head(std::string_view head, std::string_view scope_header, Request& request) {
    HeadReader reader(scope_header, request);
    request.head = head;
    std::string_view request_line = take_line(head);
    const std::string_view method = take_until(request_line, ' ');
    const std::string_view target = take_until(request_line, ' ');
    reader.take_request_line(method, target, request_line.back() == '0' ? 10 : 11);
    for (std::string_view line = take_line(head); !line.empty(); line = take_line(head)) {
        const std::string_view name = take_until(line, ':');
        reader.take_field(name, line);
    }
    return reader.finish();
}

}  // namespace sessgate::http
