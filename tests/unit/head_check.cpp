#include "http/head_check.hpp"

#include <doctest/doctest.h>

#include <string>

using sessgate::http::Framing;
using sessgate::http::HeadCheck;
using sessgate::http::HeadReader;
using sessgate::http::KnownLines;
using sessgate::http::Request;

namespace {

constexpr std::size_t limit = 16 * 1024;
constexpr int accepted = 0;
constexpr int incomplete = -1;

int verdict_of(HeadCheck& check, std::string_view bytes) {
    switch (check.check(bytes)) {
        case HeadCheck::State::incomplete:
            return incomplete;
        case HeadCheck::State::complete:
            return accepted;
        default:
            return check.refusal().status;
    }
}

/// The status that the head is refused with, or one of the two constants above.
int verdict_on(std::string_view head, std::size_t limit_bytes = limit) {
    HeadCheck check(limit_bytes);
    return verdict_of(check, head);
}

int verdict_on_line(const std::string& request_line) {
    return verdict_on(request_line + "\r\nHost: a\r\n\r\n");
}

int verdict_on_field(const std::string& field) {
    return verdict_on("GET / HTTP/1.1\r\nHost: a\r\n" + field + "\r\n\r\n");
}

int verdict_on_host(const std::string& field) {
    return verdict_on("GET / HTTP/1.1\r\n" + field + "\r\n\r\n");
}

Framing framing_of(const std::string& fields, const std::string& version = "HTTP/1.1") {
    HeadCheck check(limit);
    REQUIRE(check.check("POST / " + version + "\r\nHost: a\r\n" + fields + "\r\n") == HeadCheck::State::complete);
    return check.framing();
}

}  // namespace

TEST_CASE("a request line is a method, one space, a target, one space and a version") {
    CHECK(verdict_on_line("GET / HTTP/1.1") == accepted);
    CHECK(verdict_on_line("GET / HTTP/1.0") == accepted);
    CHECK(verdict_on_line("BREW / HTTP/1.1") == accepted);
    for (const char* line : {"GET  / HTTP/1.1", "GET /  HTTP/1.1", "GET / HTTP/1.1 ", " GET / HTTP/1.1",
                             "GET\t/ HTTP/1.1", "GET / \tHTTP/1.1", "GET /", "GET", "GET HTTP/1.1", "GET / x HTTP/1.1",
                             "G(T / HTTP/1.1", "GET  HTTP/1.1", "GET / "}) {
        CAPTURE(line);
        CHECK(verdict_on_line(line) == 400);
    }
}

TEST_CASE("a version that is malformed is 400 and one that is unknown is 505") {
    for (const char* version : {"HTTP/1", "http/1.1", "HTTP/01.01", "HTTP/ 1.1", "HTTP/1.x", "HTTP/a.1", "HTTP/1,1",
                                "HTTP/1.10", "ICE/1.0", "XTTP/1.1"}) {
        CAPTURE(version);
        CHECK(verdict_on_line(std::string("GET / ") + version) == 400);
    }
    for (const char* version : {"HTTP/2.0", "HTTP/1.2", "HTTP/0.9", "HTTP/9.9"}) {
        CAPTURE(version);
        CHECK(verdict_on_line(std::string("GET / ") + version) == 505);
    }
}

TEST_CASE("a target holds visible ASCII without backslash, fragment, quotes and angle brackets") {
    for (int c = 0; c < 256; ++c) {
        const std::string target = std::string("/a") + static_cast<char>(c) + "b";
        const bool is_good =
            c > ' ' && c < 0x7f && std::string_view("\\#\"<>").find(static_cast<char>(c)) == std::string_view::npos;
        CAPTURE(c);
        CHECK(verdict_on_line("GET " + target + " HTTP/1.1") == (is_good ? accepted : 400));
    }
}

TEST_CASE("each form of target goes with its methods only") {
    for (const char* line :
         {"GET /a?b HTTP/1.1", "GET http://h HTTP/1.1", "GET HTTPS://h:1/a?b HTTP/1.1", "GET http://h?b HTTP/1.1",
          "GET http://[::1]:80/ HTTP/1.1", "OPTIONS * HTTP/1.1", "OPTIONS / HTTP/1.1", "CONNECT h:443 HTTP/1.1"}) {
        CAPTURE(line);
        CHECK(verdict_on_line(line) == accepted);
    }
    for (const char* line : {"GET * HTTP/1.1", "PRI * HTTP/1.1", "OPTIONS ** HTTP/1.1", "GET h:443 HTTP/1.1",
                             "GET a HTTP/1.1", "CONNECT / HTTP/1.1", "CONNECT h HTTP/1.1", "CONNECT http://h/ HTTP/1.1",
                             "GET ftp://h/ HTTP/1.1", "GET http:// HTTP/1.1", "GET http:/// HTTP/1.1",
                             "GET http://u@h/ HTTP/1.1", "GET ://h/ HTTP/1.1", "GET ?a HTTP/1.1"}) {
        CAPTURE(line);
        CHECK(verdict_on_line(line) == 400);
    }
}

TEST_CASE("one empty line before the request line is ignored and a second is not") {
    HeadCheck check(limit);
    REQUIRE(check.check("\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n") == HeadCheck::State::complete);
    CHECK(check.begin() == 2);
    CHECK(check.end() == 29);

    CHECK(verdict_on("\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n") == 400);
    CHECK(verdict_on("\nGET / HTTP/1.1\r\nHost: a\r\n\r\n") == 400);
    CHECK(verdict_on("   \r\n\r\n") == 400);
}

TEST_CASE("lines end in CRLF and nothing else") {
    for (const char* head :
         {"GET / HTTP/1.1\nHost: a\r\n\r\n", "GET / HTTP/1.1\r\nHost: a\n\r\n", "GET / HTTP/1.1\r\nHost: a\r\n\n",
          "GET / HTTP/1.1\rHost: a\r\n\r\n", "GET / HTTP/1.1\r\nHost: a\r\rX: b\r\n\r\n",
          "GET / HTTP/1.1\r\nHost: a\r\n\rX: b\r\n\r\n", "GET / HTTP/1.1\r\r\nHost: a\r\n\r\n"}) {
        CAPTURE(head);
        CHECK(verdict_on(head) == 400);
    }
}

TEST_CASE("a bare LF is refused at once and not at the end of the head") {
    CHECK(verdict_on("GET / HTTP/1.1\nHo") == 400);
    CHECK(verdict_on("GET / HTTP/1.1\r") == incomplete);
    CHECK(verdict_on("GET / HTTP/1.1\r\nHost: a\r\nX: b") == incomplete);
    CHECK(verdict_on("GET /\r\n") == 400);
}

TEST_CASE("a field name is a token with the colon right behind it") {
    for (int c = 0; c < 256; ++c) {
        const bool is_alphanumeric = (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
        const bool is_mark = c > 0 && c < 0x80 &&
                             std::string_view("!#$%&'*+-.^_`|~").find(static_cast<char>(c)) != std::string_view::npos;
        // A colon ends the name early, and the rest is a value.
        const bool is_good = is_alphanumeric || is_mark || c == ':';
        CAPTURE(c);
        CHECK(verdict_on_field(std::string("X") + static_cast<char>(c) + "Y: v") == (is_good ? accepted : 400));
    }
    for (const char* field :
         {"X : v", "X\t: v", ": v", "X", " X: v", "\tX: v", "X: v\r\n folded", "X: v\r\n\tfolded", " "}) {
        CAPTURE(field);
        CHECK(verdict_on_field(field) == 400);
    }
}

TEST_CASE("a field value holds HTAB, SP, visible ASCII and bytes above it") {
    for (int c = 0; c < 256; ++c) {
        const bool is_good = c == '\t' || (c >= ' ' && c != 0x7f);
        // Behind fewer and more than sixteen characters: the scan works in blocks.
        for (const std::size_t before : {0U, 1U, 15U, 16U, 40U}) {
            CAPTURE(c);
            CAPTURE(before);
            const std::string value = std::string(before, 'x') + static_cast<char>(c) + "y";
            CHECK(verdict_on_field("X: " + value) == (is_good ? accepted : 400));
        }
    }
    CHECK(verdict_on_field("X:") == accepted);
    CHECK(verdict_on_field("X:v") == accepted);
}

TEST_CASE("HTTP/1.1 needs exactly one Host and HTTP/1.0 at most one") {
    CHECK(verdict_on("GET / HTTP/1.1\r\n\r\n") == 400);
    CHECK(verdict_on("GET / HTTP/1.0\r\n\r\n") == accepted);
    CHECK(verdict_on("GET / HTTP/1.0\r\nHost: a\r\n\r\n") == accepted);
    CHECK(verdict_on("GET / HTTP/1.0\r\nHost: a\r\nHost: a\r\n\r\n") == 400);
    CHECK(verdict_on("GET / HTTP/1.1\r\nHost: a\r\nHOST: a\r\n\r\n") == 400);
}

TEST_CASE("Host is a name or an address with or without a port") {
    for (const char* field : {"Host: a", "hOST:a.example", "Host: a_b-c~d", "Host: 127.0.0.1:8080", "Host: [::1]",
                              "Host: [::ffff:1.2.3.4]:65535", "Host:  a \t"}) {
        CAPTURE(field);
        CHECK(verdict_on_host(field) == accepted);
    }
    for (const char* field :
         {"Host:", "Host: ", "Host: a, b", "Host: a b", "Host: u@a", "Host: a/b", "Host: a?b", "Host: a:", "Host: a:b",
          "Host: a:123456", "Host: a:1:2", "Host: :80", "Host: []", "Host: [::1", "Host: ::1", "Host: [::1]a",
          "Host: [fe80::1%25eth0]", "Host: a%41", "Host: \xC3\xA9"}) {
        CAPTURE(field);
        CHECK(verdict_on_host(field) == 400);
    }
}

TEST_CASE("Content-Length is one plain number with at most one space before it") {
    CHECK(framing_of("").body == Framing::Body::none);
    CHECK(framing_of("Content-Length: 0\r\n").body == Framing::Body::sized);
    CHECK(framing_of("content-length:42\r\n").content_length == 42);
    CHECK(framing_of("Content-Length: 9999999999999999999\r\n").content_length == 9999999999999999999U);
    for (const char* value : {"",
                              " ",
                              "  5",
                              " 5 ",
                              "\t5",
                              " 05",
                              " 00",
                              " +5",
                              " -1",
                              " -0",
                              " 5, 5",
                              " 5,5",
                              " 5 5",
                              " 0x5",
                              " 1_0",
                              " a",
                              " 5a",
                              " 10000000000000000000",
                              " 18446744073709551617",
                              " \xB9"}) {
        CAPTURE(value);
        CHECK(verdict_on_field(std::string("Content-Length:") + value) == 400);
    }
    CHECK(verdict_on_field("Content-Length: 5\r\nContent-Length: 5") == 400);
    CHECK(verdict_on_field("Content-Length : 5") == 400);
    CHECK(verdict_on_field("Content_Length: x") == accepted);
}

TEST_CASE("Transfer-Encoding is exactly chunked, in HTTP/1.1, without Content-Length") {
    CHECK(framing_of("Transfer-Encoding: chunked\r\n").body == Framing::Body::chunked);
    CHECK(framing_of("transfer-encoding:CHUNKED\r\n").body == Framing::Body::chunked);
    for (const char* value :
         {"", " ", " chunked ", "  chunked", "\tchunked", " chunked, chunked", " , chunked", " chunked,",
          " chunked, gzip", " gzip, chunked", " chunked;a=b", " \"chunked\"", " chunked\xA0"}) {
        CAPTURE(value);
        CHECK(verdict_on_field(std::string("Transfer-Encoding:") + value) == 400);
    }
    for (const char* value : {" gzip", " identity", " xchunked", " chunke", " chunkedchunked"}) {
        CAPTURE(value);
        CHECK(verdict_on_field(std::string("Transfer-Encoding:") + value) == 501);
    }
    CHECK(verdict_on_field("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked") == 400);
    CHECK(verdict_on_field("Transfer-Encoding: chunked\r\nContent-Length: 5") == 400);
    CHECK(verdict_on_field("Content-Length: 5\r\nTransfer-Encoding: chunked") == 400);
    CHECK(verdict_on("POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n") == 400);
}

TEST_CASE("Expect asks for an interim answer in HTTP/1.1 only") {
    CHECK(framing_of("Expect: 100-continue\r\n").expect_continue);
    CHECK(framing_of("expect:100-Continue \r\n").expect_continue);
    CHECK_FALSE(framing_of("Expect: 100-continue\r\n", "HTTP/1.0").expect_continue);
    CHECK_FALSE(framing_of("Expect: 200-ok\r\n").expect_continue);
    CHECK_FALSE(framing_of("Expect: 100-continue, a\r\n").expect_continue);
}

TEST_CASE("Connection is a list of tokens") {
    for (const char* value : {"close", "keep-alive, Upgrade", " a ,\tb", "", ",", "a,,b"}) {
        CAPTURE(value);
        CHECK(verdict_on_field(std::string("Connection: ") + value) == accepted);
        CHECK(verdict_on_field(std::string("Proxy-Connection: ") + value) == accepted);
    }
    for (const char* value : {"a b", "a;b", "\"close\"", "@", "a, b c"}) {
        CAPTURE(value);
        CHECK(verdict_on_field(std::string("Connection: ") + value) == 400);
        CHECK(verdict_on_field(std::string("Proxy-Connection: ") + value) == 400);
    }
}

TEST_CASE("a head of exactly the limit is accepted and one byte more is 431") {
    const std::string head = "GET / HTTP/1.1\r\nHost: a\r\nX: " + std::string(100, 'b') + "\r\n\r\n";

    CHECK(verdict_on(head, head.size()) == accepted);
    CHECK(verdict_on(head + "body", head.size()) == accepted);
    CHECK(verdict_on(head, head.size() - 1) == 431);
    CHECK(verdict_on(head.substr(0, 50), 50) == 431);
    CHECK(verdict_on(head.substr(0, 49), 50) == incomplete);
}

TEST_CASE("a head gets the same verdict at the same byte however it is cut") {
    const std::string good =
        "\r\nPOST /a?b HTTP/1.1\r\nHost: [::1]:80\r\nX:\t\xFF y\r\nContent-Length: 17\r\nConnection: close\r\n\r\nrest";
    for (const std::string& head :
         {good, std::string("GET / HTTP/1.1\r\nHost: a\r\nX: b\rY\r\n\r\n"), std::string("GET / HTTP/2.0\r\n\r\n"),
          good.substr(0, 30) + std::string(200, 'x')}) {
        constexpr std::size_t small_limit = 120;
        HeadCheck whole(small_limit);
        const int wanted = verdict_of(whole, head);
        for (std::size_t step = 1; step <= head.size(); ++step) {
            HeadCheck check(small_limit);
            int verdict = incomplete;
            for (std::size_t size = step; verdict == incomplete && size < head.size() + step; size += step) {
                verdict = verdict_of(check, std::string_view(head).substr(0, size));
            }
            CAPTURE(step);
            CHECK(verdict == wanted);
            CHECK(check.end() == whole.end());
            CHECK(check.framing().content_length == whole.framing().content_length);
        }
    }
}

TEST_CASE("what was found good before changes no verdict on what comes after it") {
    KnownLines known;
    const auto verdict_after = [&](const std::string& request_line, const std::string& host) {
        HeadCheck check(limit, &known);
        return verdict_of(check, request_line + "\r\nHost:" + host + "\r\n\r\n");
    };
    for (int round = 0; round < 2; ++round) {
        CHECK(verdict_after("GET /session HTTP/1.1", " a.example:80") == accepted);
        CHECK(verdict_after("GET /session HTTP/1.1", " a.example:8O") == 400);
        CHECK(verdict_after("GET /session HTTP/2.0", " a.example:80") == 505);
        CHECK(verdict_after("GET /session", " a.example:80") == 400);
        CHECK(verdict_after("GET /session HTTP/1.1 ", " a.example:80") == 400);
        CHECK(verdict_after("GET /session HTTP/1.1", " a.example") == accepted);
        CHECK(verdict_after("GET /session HTTP/1.1", "") == 400);
        CHECK(verdict_after("GET /" + std::string(200, 'a') + " HTTP/1.1", std::string(100, 'a')) == accepted);
    }
    HeadCheck of_old_version(limit, &known);
    CHECK(verdict_of(of_old_version, "GET / HTTP/1.0\r\n\r\n") == accepted);
    HeadCheck without_host(limit, &known);
    CHECK(verdict_of(without_host, "GET / HTTP/1.1\r\n\r\n") == 400);
    HeadCheck again_of_old_version(limit, &known);
    CHECK(verdict_of(again_of_old_version, "GET / HTTP/1.0\r\n\r\n") == accepted);
}

TEST_CASE("a line that was found good is read into the same parts again") {
    KnownLines known;
    const std::string head = "HEAD /a?b HTTP/1.0\r\nHost: a\r\n\r\n";
    for (int round = 0; round < 2; ++round) {
        Request request;
        HeadReader reader("x-request-id", request);
        HeadCheck check(limit, &known);
        REQUIRE(check.check(head, &reader) == HeadCheck::State::complete);
        CHECK(request.method == "HEAD");
        CHECK(request.path == "/a");
        CHECK(request.query == "b");
        CHECK(request.version == 10);
    }
}
