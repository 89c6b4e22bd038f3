#include "http/message_reader.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "tests/support/request_story.hpp"

using sessgate::http::MessageReader;
using sessgate::http::ReaderConfig;
using sessgate::http::Reading;
using sessgate::http::Request;
using sessgate::tests::story_of;
using State = Reading::State;

namespace {

const std::string get = "GET /session HTTP/1.1\r\nHost: a\r\nCookie: b=c\r\n\r\n";
const std::string sized = "POST /set-session HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello";
const std::string chunked =
    "PUT /users/u HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3;x=\"y\"\r\nhel\r\n2\r\nlo\r\n0\r\nT: "
    "u\r\n\r\n";

ReaderConfig small() {
    ReaderConfig config;
    config.head_limit_bytes = 200;
    config.body_limit_bytes = 20;
    return config;
}

/// Feeds a stream in pieces and notes, for each message, what a caller sees. The buffer moves to a new address with
/// every piece, and is cut down to the bytes that the reader asks to keep.
std::vector<std::string> stories_of(const std::string& stream, std::size_t step, const ReaderConfig& config) {
    std::vector<std::string> stories;
    MessageReader reader(config);
    Request request;
    std::string buffer;
    for (std::size_t at = 0; at < stream.size(); at += step) {
        buffer += stream.substr(at, step);
        for (bool again = true; again;) {
            std::string moved(buffer.begin(), buffer.end());
            const Reading reading = reader.read(moved, request);
            buffer = moved;
            again = false;
            if (reading.state == State::refused) {
                stories.push_back(std::to_string(reading.status));
                return stories;
            }
            if (reading.state == State::complete) {
                stories.push_back(std::string(request.method) + " " + std::string(request.path) + " " +
                                  std::string(request.body) + " " +
                                  std::string(request.cookies.empty() ? "" : request.cookies[0]));
                buffer.erase(0, reading.used);
                again = !buffer.empty();
            } else {
                buffer.resize(reading.used);
                CHECK(buffer.size() <= config.head_limit_bytes + config.body_limit_bytes);
            }
        }
    }
    if (!buffer.empty()) stories.emplace_back("more");
    return stories;
}

Reading read(const std::string& bytes, const ReaderConfig& config, Request& request) {
    std::string copy = bytes;
    MessageReader reader(config);
    return reader.read(copy, request);
}

int status_of(const std::string& bytes, const ReaderConfig& config = small()) {
    Request request;
    return read(bytes, config, request).status;
}

}  // namespace

TEST_CASE("a whole message takes one call, and the next one begins behind it") {
    const ReaderConfig config;
    MessageReader reader(config);
    Request request;
    std::string bytes = sized + get;

    const Reading first = reader.read(bytes, request);
    REQUIRE(first.state == State::complete);
    CHECK(first.used == sized.size());
    CHECK(request.path == "/set-session");
    CHECK(request.body == "hello");

    const Reading second = reader.read(std::span(bytes).subspan(first.used), request);
    REQUIRE(second.state == State::complete);
    CHECK(second.used == get.size());
    CHECK(request.path == "/session");
    CHECK(request.body.empty());
}

TEST_CASE("pipelined messages mean the same however the stream is cut") {
    const std::string stream = get + sized + "\r\n" + chunked + get + "DELETE / HTTP/2.0\r\n\r\n";
    const std::vector<std::string> wanted{"GET /session  b=c", "POST /set-session hello ", "PUT /users/u hello ",
                                          "GET /session  b=c", "505"};

    for (std::size_t step = 1; step <= stream.size(); ++step) {
        CAPTURE(step);
        CHECK(stories_of(stream, step, small()) == wanted);
    }
}

TEST_CASE("a message cut at any byte asks for more and then is whole") {
    const ReaderConfig config;
    for (const std::string& message : {get, sized, chunked}) {
        for (std::size_t cut = 0; cut < message.size(); ++cut) {
            MessageReader reader(config);
            Request request;
            std::string bytes = message.substr(0, cut);
            const std::size_t head_size = message.find("\r\n\r\n") + 4;
            const Reading first = reader.read(bytes, request);
            CAPTURE(message);
            CAPTURE(cut);
            REQUIRE(first.state == (cut < head_size ? State::need_head : State::need_body));

            bytes.resize(first.used);
            bytes += message.substr(cut);
            const Reading second = reader.read(bytes, request);
            REQUIRE(second.state == State::complete);
            CHECK(second.used == bytes.size());
            CHECK(request.body == (message == get ? "" : "hello"));
        }
    }
}

TEST_CASE("a body is read whatever the method") {
    for (const char* method : {"GET", "HEAD", "OPTIONS", "DELETE", "BREW"}) {
        const std::string message = std::string(method) + " / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhelloGET";
        Request request;
        CAPTURE(method);
        CHECK(read(message, small(), request).used == message.size() - 3);
    }
}

TEST_CASE("a body of exactly the limit is read and one byte more is 413 before it has arrived") {
    const std::string head = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: ";

    CHECK(status_of(head + "20\r\n\r\n" + std::string(20, 'x')) == 0);
    CHECK(status_of(head + "21\r\n\r\n") == 413);
    CHECK(status_of("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n14\r\n") == 0);
    CHECK(status_of("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n15\r\n") == 413);
}

TEST_CASE("trailers count into the head's limit") {
    const std::string head = "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n";
    const std::size_t room = small().head_limit_bytes - head.size();
    const auto with_trailer = [&](std::size_t size) {
        return head + "0\r\nT:" + std::string(size - 4, 'x') + "\r\n\r\n";
    };

    CHECK(status_of(with_trailer(room)) == 0);
    CHECK(status_of(with_trailer(room + 1)) == 431);
}

TEST_CASE("a head over the limit is 431 and a bad one 400") {
    CHECK(status_of("GET / HTTP/1.1\r\nHost: a\r\nX: " + std::string(200, 'x')) == 431);
    CHECK(status_of("GET / HTTP/1.1\r\n\r\n") == 400);
    CHECK(status_of("GET / HTTP/1.1\r\nHost: a\r\nOrigin: a\r\nOrigin: a\r\n\r\n") == 400);
    CHECK(status_of("GET / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip\r\n\r\n") == 501);
}

TEST_CASE("a refusal says why") {
    Request request;

    CHECK(read("GET / HTTP/1.1\r\n\r\n", small(), request).why == "HTTP/1.1 requires a Host.");
}

TEST_CASE("an interim answer is due once, in HTTP/1.1, when no byte of the body has come") {
    const ReaderConfig config;
    MessageReader reader(config);
    Request request;
    std::string bytes = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n";

    CHECK(reader.read(bytes, request).continue_due);
    CHECK_FALSE(reader.read(bytes, request).continue_due);
    bytes += "hello";
    CHECK(reader.read(bytes, request).state == State::complete);

    for (const char* message : {"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\nh",
                                "POST / HTTP/1.0\r\nHost: a\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n",
                                "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nExpect: other\r\n\r\n",
                                "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\nExpect: 100-continue\r\n\r\n",
                                "POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\n\r\n"}) {
        CAPTURE(message);
        CHECK_FALSE(read(message, config, request).continue_due);
    }
    CHECK(read("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nExpect: 100-continue\r\n\r\n", config,
               request)
              .continue_due);
}

TEST_CASE("a chunked body takes no more room than its head and its data") {
    const ReaderConfig config;
    const std::string head = "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n";
    std::string message = head;
    for (int chunk = 0; chunk < 1'000; ++chunk) message += "01;a=b\r\ny\r\n";

    MessageReader reader(config);
    Request request;
    std::string buffer;
    for (const char c : message) {
        buffer += c;
        const Reading reading = reader.read(buffer, request);
        REQUIRE(reading.state != State::refused);
        buffer.resize(reading.used);
        REQUIRE(buffer.size() <= head.size() + 1'000);
    }

    CHECK(buffer.size() == head.size() + 1'000);
}

TEST_CASE("a long line that trickles in byte by byte is not scanned again with each byte") {
    // Eight million bytes take a fraction of a second; scanned anew each time they would run into the time limit.
    ReaderConfig config;
    config.head_limit_bytes = std::size_t{8} << 20U;
    std::string message = "GET / HTTP/1.1\r\nHost: a\r\nX: ";
    message.resize(config.head_limit_bytes - 4, 'x');
    message += "\r\n\r\n";

    MessageReader reader(config);
    Request request;
    Reading reading;
    for (std::size_t size = 1; size <= message.size(); ++size)
        reading = reader.read(std::span(message).first(size), request);

    CHECK(reading.state == State::complete);
}

TEST_CASE("a head that comes at once is read as one that comes in two pieces, whatever fields it has") {
    const ReaderConfig config;
    const std::string fields =
        "Host: a\r\nCookie: a=1\r\ncookie:b=2\r\nOrigin: https://a.example\r\nAuthorization:  Bearer x \r\n"
        "Content-Type: text/plain\r\nSec-Fetch-Site: none\r\nSEC-FETCH-MODE: cors\r\nSec-Fetch-Dest: empty\r\n"
        "X-Forwarded-Method: POST\r\nX-Forwarded-Host: b\r\nX-Forwarded-Proto: https\r\nX-Request-Id:abc\r\n"
        "Connection: keep-alive , x\r\nX-Unknown_Name.1: y\r\n\r\n";
    for (const std::string line : {"GET /a?b=c HTTP/1.1\r\n", "QUERY http://h/p HTTP/1.0\r\n", "HEAD / HTTP/1.1\r\n"}) {
        const std::string head = line + fields;
        Request at_once;
        std::string whole = head;
        MessageReader first(config);
        REQUIRE(first.read(whole, at_once).state == State::complete);

        Request in_two;
        MessageReader second(config);
        std::string bytes = head.substr(0, 9);
        REQUIRE(second.read(bytes, in_two).state == State::need_head);
        bytes = head;
        REQUIRE(second.read(bytes, in_two).state == State::complete);
        CHECK(story_of(at_once) == story_of(in_two));
        CHECK(at_once.cookies.size() == 2);
    }
}
