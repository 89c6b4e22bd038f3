#include "http/chunked_body.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

using sessgate::http::ChunkedBody;

namespace {

constexpr std::size_t body_limit = 64;
constexpr std::size_t line_limit = 100;

struct Decoded {
    int status = 0;  ///< 0: accepted; -1: incomplete; else the refusal's
    std::string data;
    std::size_t end = 0;

    bool operator==(const Decoded&) const = default;
};

/// Decodes `text` as it comes in pieces of `step` bytes into a buffer that keeps only the data and the new piece.
Decoded decode(const std::string& text, std::size_t step, std::size_t lines = line_limit) {
    ChunkedBody body(body_limit, lines);
    std::string buffer;
    for (std::size_t at = 0; at < text.size(); at += step) {
        const std::size_t from = body.size();
        const std::string piece = text.substr(at, step);
        buffer.resize(from);
        buffer += piece;
        switch (body.decode(buffer, from)) {
            case ChunkedBody::State::incomplete:
                continue;
            case ChunkedBody::State::complete:
                return {0, buffer.substr(0, body.size()), at + body.end() - from};
            case ChunkedBody::State::refused:
                return {body.refusal().status, {}, 0};
        }
    }
    return {-1, buffer.substr(0, body.size()), 0};
}

Decoded decode(const std::string& text) {
    return decode(text, text.size());
}

int status_of(const std::string& text) {
    return decode(text).status;
}

}  // namespace

TEST_CASE("chunks are joined and what follows the body is left alone") {
    CHECK(decode("0\r\n\r\n") == Decoded{0, "", 5});
    CHECK(decode("5\r\nhello\r\n0\r\n\r\nGET") == Decoded{0, "hello", 15});
    CHECK(decode("5\r\nhello\r\n6\r\n world\r\n0\r\n\r\n") == Decoded{0, "hello world", 26});
    CHECK(decode("A\r\n0123456789\r\n00\r\n\r\n") == Decoded{0, "0123456789", 21});
    CHECK(decode("00a\r\n0\r\n\r\n56789\r\n0\r\n\r\n").data == "0\r\n\r\n56789");
}

TEST_CASE("a chunk size is hex digits and nothing else") {
    for (const char* line :
         {"", " 5", "5 ", "+5", "-1", "0x5", "1_0", "5\t", "5,", "g", "\"5\"", "00000000000000005", "\xB5"}) {
        CAPTURE(line);
        CHECK(status_of(std::string(line) + "\r\nhello\r\n0\r\n\r\n") == 400);
    }
    CHECK(status_of("0000000000000005\r\nhello\r\n0\r\n\r\n") == 0);
}

TEST_CASE("a body of exactly the limit is accepted and one byte more is 413") {
    const std::string half(body_limit / 2, 'x');

    CHECK(decode("40\r\n" + half + half + "\r\n0\r\n\r\n").data == half + half);
    CHECK(decode("20\r\n" + half + "\r\n20\r\n" + half + "\r\n0\r\n\r\n").data == half + half);
    CHECK(status_of("41\r\n") == 413);
    CHECK(status_of("20\r\n" + half + "\r\n21\r\n") == 413);
    CHECK(status_of("FFFFFFFFFFFFFFFF\r\n") == 413);
    CHECK(status_of("FFFFFFFFFFFFFFFF0\r\n") == 413);
}

TEST_CASE("lines and data end in CRLF and nothing else") {
    for (const char* text :
         {"5\nhello\r\n0\r\n\r\n", "5\rhello\r\n0\r\n\r\n", "5\r\nhello\n0\r\n\r\n", "5\r\nhello0\r\n\r\n",
          "5\r\nhello!!\r\n0\r\n\r\n", "5\r\nhello\r\r\n0\r\n\r\n", "5\r\nhello\r\n0\n\r\n", "5\r\nhello\r\n0\r\n\n",
          "5\r\nhello\r\n0\r\n\rX", "5\r\nhello\r\n\r\n"}) {
        CAPTURE(text);
        CHECK(status_of(text) == 400);
    }
}

TEST_CASE("an extension that follows its grammar is dropped") {
    for (const char* extension : {";a", ";a=b", ";a=\"\"", ";a;b=c;d", ";a=\"b c;\\\"d\\\\\t\xFF\";e"}) {
        CAPTURE(extension);
        CHECK(decode("5" + std::string(extension) + "\r\nhello\r\n0" + extension + "\r\n\r\n").data == "hello");
    }
}

TEST_CASE("an extension that does not follow its grammar is refused") {
    for (const char* extension :
         {";",           "; a",           ";a ",    ";a =b",  ";a= b",     ";a=",        ";=b",          ";;",
          ";a;",         ";bad[=x",       ";a=b=c", ";a=\"b", ";a=\"b\"c", ";a=\"b\n\"", ";a=\"b\r\n\"", ";a=\"\x01\"",
          ";a=\"\x7F\"", ";a=\"\\\x01\"", ";\n",    ";a\n",   ";a\rX"}) {
        CAPTURE(extension);
        CHECK(status_of("5" + std::string(extension) + "\r\nhello\r\n0\r\n\r\n") == 400);
    }
}

TEST_CASE("trailers are checked like fields and dropped") {
    for (const char* trailer : {"X-Checksum: abc", "X:", "X:\t\xFF", "Content-Lengths: 5", "A: b\r\nC: d",
                                "X-A-Name-Longer-Than-Any-Known: b"}) {
        CAPTURE(trailer);
        CHECK(decode("5\r\nhello\r\n0\r\n" + std::string(trailer) + "\r\n\r\n").data == "hello");
    }
    for (const char* trailer :
         {"X : b", " X: b", ": b", "X", "X[: b", "X: b\r\n c", "X: b\rc", "X: b\nC: d", "X: \x01", "X: \x7F"}) {
        CAPTURE(trailer);
        CHECK(status_of("5\r\nhello\r\n0\r\n" + std::string(trailer) + "\r\n\r\n") == 400);
    }
}

TEST_CASE("a field that frames, routes, authenticates or describes the message is refused in a trailer") {
    for (const char* name :
         {"Content-Length", "TRANSFER-ENCODING", "host", "Connection", "TE", "Trailer", "Upgrade", "Expect", "Cookie",
          "Authorization", "Proxy-Authorization", "Content-Encoding", "Content-Type", "Content-Range", "Origin"}) {
        CAPTURE(name);
        CHECK(status_of("0\r\n" + std::string(name) + ": 5\r\n\r\n") == 400);
        CHECK(status_of("0\r\nX: y\r\n" + std::string(name) + ": 5\r\n\r\n") == 400);
    }
}

TEST_CASE("extensions and trailers of exactly the room for lines are accepted and one byte more is 431") {
    const std::string text = "1;a=b\r\nx\r\n0;c\r\nD: e\r\n\r\n";
    constexpr std::size_t used = 4 + 2 + 6;

    CHECK(decode(text, text.size(), used).status == 0);
    CHECK(decode(text, text.size(), used - 1).status == 431);
    CHECK(decode("1\r\nx\r\n0\r\n\r\n", 100, 0).status == 0);
    CHECK(decode("1;a\r\nx\r\n0\r\n\r\n", 100, 1).status == 431);
}

TEST_CASE("a chunked body means the same however it is cut") {
    for (const char* text :
         {"5;a=\"b\\\"\"\r\nhello\r\n6\r\n world\r\n0;c\r\nX-Y: z\r\n\r\nGET", "5\r\nhello\r\n0\r\nHost: a\r\n\r\n",
          "5\r\nhello!\r\n", "20\r\nabc", "41\r\n", "1;a\r\nx\r\n1\r\ny\r\n0\r\n\n"}) {
        const Decoded whole = decode(text);
        for (std::size_t step = 1; step < std::string_view(text).size(); ++step) {
            CAPTURE(text);
            CAPTURE(step);
            CHECK(decode(text, step) == whole);
        }
    }
}
