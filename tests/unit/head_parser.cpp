#include "http/head_parser.hpp"

#include <doctest/doctest.h>

#include <string>

using sessgate::http::parse_head;
using sessgate::http::Refusal;
using sessgate::http::Request;
namespace beast_http = boost::beast::http;

namespace {

struct Parsed {
    std::string head;
    Request request;
    Refusal refusal;
};

/// The head is kept beside the views into it.
Parsed parsed(const std::string& request_line, const std::string& fields = "",
              std::string_view scope = "x-request-id") {
    Parsed result;
    result.head = request_line + "\r\nHost: a\r\n" + fields + "\r\n";
    result.refusal = parse_head(result.head, scope, result.request);
    return result;
}

Parsed with(const std::string& fields) {
    return parsed("GET / HTTP/1.1", fields);
}

}  // namespace

TEST_CASE("a request line is taken apart") {
    const Parsed a = parsed("GET /session?renew=false&a=?b HTTP/1.1");
    CHECK(a.request.method == "GET");
    CHECK(a.request.verb == beast_http::verb::get);
    CHECK(a.request.target == "/session?renew=false&a=?b");
    CHECK(a.request.path == "/session");
    CHECK(a.request.query == "renew=false&a=?b");
    CHECK(a.request.version == 11);

    const Parsed b = parsed("get /session HTTP/1.0");
    CHECK(b.request.method == "get");
    CHECK(b.request.verb == beast_http::verb::unknown);
    CHECK(b.request.query.empty());
    CHECK(b.request.version == 10);
}

TEST_CASE("each form of target has its path") {
    CHECK(parsed("OPTIONS * HTTP/1.1").request.path == "*");
    CHECK(parsed("GET http://h HTTP/1.1").request.path == "/");
    CHECK(parsed("GET http://h?b HTTP/1.1").request.path == "/");
    CHECK(parsed("GET http://h?b HTTP/1.1").request.query == "b");
    CHECK(parsed("GET HTTP://h:1/a/?b HTTP/1.1").request.path == "/a/");
    CHECK(parsed("GET //h/a HTTP/1.1").request.path == "//h/a");
    CHECK(parsed("CONNECT h:443 HTTP/1.1").request.path == "");
    CHECK(parsed("CONNECT h:443 HTTP/1.1").request.target == "h:443");
}

TEST_CASE("the fields we use are kept whatever their case") {
    const Parsed p = with(
        "COOKIE: a=b\r\nauthorization: Bearer x\r\nContent-type: application/json\r\nORIGIN: https://o\r\n"
        "sec-fetch-site: same-origin\r\nSec-Fetch-Mode: navigate\r\nSec-Fetch-Dest: document\r\n"
        "X-FORWARDED-METHOD: POST\r\nx-forwarded-host: h\r\nX-Forwarded-Proto: https\r\nAccept: */*\r\n"
        "Expect: 100-continue\r\nx-request-ID: 0123456789abcdef\r\nX-Other: y\r\n");

    CHECK(p.refusal.status == 0);
    REQUIRE(p.request.cookies.size() == 1);
    CHECK(p.request.cookies[0] == "a=b");
    CHECK(p.request.authorization == "Bearer x");
    CHECK(p.request.content_type == "application/json");
    CHECK(p.request.origin == "https://o");
    CHECK(p.request.sec_fetch_site == "same-origin");
    CHECK(p.request.sec_fetch_mode == "navigate");
    CHECK(p.request.sec_fetch_dest == "document");
    CHECK(p.request.x_forwarded_method == "POST");
    CHECK(p.request.x_forwarded_host == "h");
    CHECK(p.request.x_forwarded_proto == "https");
    CHECK(p.request.scope == "0123456789abcdef");
}

TEST_CASE("views are empty for fields that were not sent, also when the request is used again") {
    Parsed p = with("Cookie: a=b\r\nOrigin: https://o\r\nX-Request-Id: 0123456789abcdef\r\n");
    const std::string next = "GET /b HTTP/1.1\r\nHost: a\r\n\r\n";

    REQUIRE(parse_head(next, "x-request-id", p.request).status == 0);

    CHECK(p.request.cookies.empty());
    CHECK(p.request.origin.empty());
    CHECK(p.request.scope.empty());
    CHECK(p.request.path == "/b");
}

TEST_CASE("several Cookie lines stay apart and in order") {
    const Parsed p = with("Cookie: a=b\r\nX: y\r\ncookie: c=d\r\nCookie:\r\n");

    CHECK(p.request.cookies == std::vector<std::string_view>{"a=b", "c=d", ""});
}

TEST_CASE("a field that decides makes the message bad when it is there twice") {
    for (const char* name : {"Authorization", "Content-Type", "Origin", "Sec-Fetch-Site", "Sec-Fetch-Mode",
                             "Sec-Fetch-Dest", "X-Forwarded-Method"}) {
        const std::string field = std::string(name) + ": a\r\n";
        const std::string empty = std::string(name) + ":\r\n";
        CAPTURE(name);
        CHECK(with(field).refusal.status == 0);
        CHECK(with(field + field).refusal.status == 400);
        CHECK(with(empty + field).refusal.status == 400);
        CHECK(with(field + "X: y\r\n" + empty).refusal.status == 400);
    }
}

TEST_CASE("a repeated scope, forwarded host or scheme counts as not given") {
    for (const char* name : {"X-Request-Id", "X-Forwarded-Host", "X-Forwarded-Proto"}) {
        const std::string field = std::string(name) + ": 0123456789abcdef\r\n";
        for (const std::string& fields : {field + field, field + field + field, std::string(name) + ":\r\n" + field}) {
            const Parsed p = with(fields);
            CAPTURE(fields);
            CHECK(p.refusal.status == 0);
            CHECK(p.request.scope.empty());
            CHECK(p.request.x_forwarded_host.empty());
            CHECK(p.request.x_forwarded_proto.empty());
        }
    }
}

TEST_CASE("the scope comes from the configured field only, whatever the case of its name") {
    const std::string fields = "X-Request-Id: a\r\nMy_Scope: b\r\n";

    CHECK(parsed("GET / HTTP/1.1", fields, "my_scope").request.scope == "b");
    CHECK(parsed("GET / HTTP/1.1", fields).request.scope == "a");
}

TEST_CASE("a connection is kept as version and Connection say") {
    CHECK(parsed("GET / HTTP/1.1").request.keep_alive);
    CHECK_FALSE(parsed("GET / HTTP/1.1", "Connection: x, Close\r\n").request.keep_alive);
    CHECK_FALSE(parsed("GET / HTTP/1.1", "Connection: keep-alive\r\nConnection: close\r\n").request.keep_alive);
    CHECK_FALSE(parsed("GET / HTTP/1.0").request.keep_alive);
    CHECK(parsed("GET / HTTP/1.0", "Connection: Keep-Alive\r\n").request.keep_alive);
}
