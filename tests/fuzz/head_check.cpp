// Messages as bytes. What the reader accepts has one reading: Beast finds the same fields in it, a reader that knows
// lines only finds the same framing, and neither cutting the stream anywhere nor what was found good before changes
// anything.

#include "http/head_check.hpp"

#include <algorithm>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/parser.hpp>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <vector>

#include "http/head_parser.hpp"
#include "http/message_reader.hpp"
#include "tests/support/request_story.hpp"

namespace beast_http = boost::beast::http;
using namespace sessgate::http;

namespace {

void require(bool holds) {
    if (!holds) std::abort();
}

struct Line {
    std::string name;  ///< lower case
    std::string value;
};

std::string lower(std::string text) {
    std::ranges::transform(text, text.begin(),
                           [](unsigned char c) { return static_cast<char>(c < 0x80 ? std::tolower(c) : c); });
    return text;
}

/// The fields of a head as the most forgiving reader sees them: lines end at any LF, CR and spaces are nothing.
std::vector<Line> lenient_lines(const std::string& head) {
    std::vector<Line> lines;
    for (std::size_t at = head.find('\n') + 1; at < head.size();) {
        const std::size_t end = head.find('\n', at);
        const std::string line = head.substr(at, end - at);
        at = end + 1;
        const std::size_t colon = line.find(':');
        if (colon == std::string::npos) continue;
        const std::size_t first = line.find_first_not_of(" \t", colon + 1);
        const std::size_t last = line.find_last_not_of(" \t\r");
        const bool is_empty = first == std::string::npos || last < first;
        lines.push_back({lower(line.substr(0, colon)), is_empty ? "" : line.substr(first, last - first + 1)});
    }
    return lines;
}

void check_against_lines(const Framing& framing, const std::vector<Line>& lines) {
    const auto count = [&](std::string_view name) {
        return std::ranges::count_if(lines, [&](const Line& line) { return line.name == name; });
    };
    require(count("content-length") + count("transfer-encoding") <= 1);
    require((framing.body == Framing::Body::sized) == (count("content-length") == 1));
    require((framing.body == Framing::Body::chunked) == (count("transfer-encoding") == 1));
    require(count("host") <= 1);
    for (const Line& line : lines) {
        if (line.name == "content-length") require(line.value == std::to_string(framing.content_length));
        if (line.name == "transfer-encoding") require(lower(line.value) == "chunked");
    }
}

void check_against_beast(const std::string& head, const Framing& framing, const std::vector<Line>& lines) {
    beast_http::request_parser<beast_http::empty_body> parser;
    parser.header_limit(static_cast<std::uint32_t>(head.size() + 1));
    parser.body_limit(boost::none);
    boost::beast::error_code error;
    const std::size_t used = parser.put(boost::asio::buffer(head), error);
    require(!error && parser.is_header_done() && used == head.size());
    require(parser.chunked() == (framing.body == Framing::Body::chunked));
    require(parser.content_length().has_value() == (framing.body == Framing::Body::sized));
    if (parser.content_length()) require(*parser.content_length() == framing.content_length);

    Request request;
    if (parse_head(head, "x-request-id", request).status == 0 && request.version == 11) {
        require(request.keep_alive == parser.keep_alive());
    }

    // Beast keeps fields of one name together, so they are compared as sets.
    std::vector<std::string> ours;
    ours.reserve(lines.size());
    std::vector<std::string> beasts;
    for (const Line& line : lines) ours.push_back(line.name + ":" + line.value);
    for (const auto& field : parser.get()) {
        beasts.push_back(lower(std::string(field.name_string())) + ":" + std::string(field.value()));
    }
    std::ranges::sort(ours);
    std::ranges::sort(beasts);
    require(ours == beasts);
}

/// What the program keeps of a head is what stands in its lines.
void check_against_request(const std::string& head, const std::vector<Line>& lines) {
    Request request;
    if (parse_head(head, "x-request-id", request).status != 0) return;
    std::vector<std::string> cookies;
    std::string origin;
    std::string scope;
    int scopes = 0;
    for (const Line& line : lines) {
        if (line.name == "cookie") cookies.push_back(line.value);
        if (line.name == "origin") origin = line.value;
        if (line.name == "x-request-id") scope = ++scopes == 1 ? line.value : "";
    }
    require(std::ranges::equal(request.cookies, cookies));
    require(request.origin == origin);
    require(request.scope == scope);
    const std::string_view request_line = std::string_view(head).substr(0, head.find('\r'));
    require(request_line == std::string(request.method) + " " + std::string(request.target) +
                                (request.version == 10 ? " HTTP/1.0" : " HTTP/1.1"));
}

void check_head(const std::string& bytes, std::size_t limit) {
    HeadCheck check(limit);
    if (check.check(bytes) != HeadCheck::State::complete) return;
    const std::string head = bytes.substr(check.begin(), check.end() - check.begin());
    const std::vector<Line> lines = lenient_lines(head);
    check_against_lines(check.framing(), lines);
    check_against_beast(head, check.framing(), lines);
    check_against_request(head, lines);
}

/// What a caller sees of a stream that comes in pieces of `step` bytes.
std::string story_of(const std::string& stream, std::size_t step, const ReaderConfig& config, KnownLines* known) {
    std::string story;
    MessageReader reader(config, known);
    Request request;
    std::string buffer;
    for (std::size_t at = 0; at < stream.size(); at += step) {
        buffer += stream.substr(at, step);
        for (bool again = true; again;) {
            const Reading reading = reader.read(buffer, request);
            if (reading.state == Reading::State::refused) return story + std::to_string(reading.status);
            again = reading.state == Reading::State::complete;
            if (again) {
                story += sessgate::tests::story_of(request);
                buffer.erase(0, reading.used);
                again = !buffer.empty();
            } else {
                buffer.resize(reading.used);
                require(buffer.size() <= config.head_limit_bytes + config.body_limit_bytes);
            }
        }
    }
    return story;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    ReaderConfig config;
    config.head_limit_bytes = 400;
    config.body_limit_bytes = 50;
    const std::string bytes(data, data + size);

    check_head(bytes, config.head_limit_bytes);
    const std::string whole = story_of(bytes, bytes.size() + 1, config, nullptr);
    static KnownLines known;
    for (const std::size_t step : {std::size_t{1}, std::size_t{7}, bytes.size() / 2 + 1, bytes.size() + 1}) {
        require(story_of(bytes, step, config, &known) == whole);
    }
    return 0;
}
