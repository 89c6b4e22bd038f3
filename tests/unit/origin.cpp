#include "sessgate/core/origin.hpp"

#include <doctest/doctest.h>

using namespace sessgate::core;

namespace {

std::string normal(std::string_view text) {
    return normal_origin(text).value_or("none");
}

const OriginPolicy when_told{.check = OriginCheck::when_told, .allowed = {"https://app.example.org"}};
const OriginPolicy strict{.check = OriginCheck::strict, .allowed = {"https://app.example.org"}};

bool is_trusted(const OriginalRequest& request, const OriginPolicy& policy = when_told) {
    return is_trusted_origin(request, policy);
}

}  // namespace

TEST_CASE("an origin has one spelling: lower case, without the default port") {
    CHECK(normal("https://example.org") == "https://example.org");
    CHECK(normal("HTTPS://Example.ORG") == "https://example.org");
    CHECK(normal("https://example.org:443") == "https://example.org");
    CHECK(normal("http://example.org:80") == "http://example.org");
    CHECK(normal("http://example.org:443") == "http://example.org:443");
    CHECK(normal("https://example.org:80") == "https://example.org:80");
    CHECK(normal("https://example.org:8443") == "https://example.org:8443");
    CHECK(normal("http://localhost:65535") == "http://localhost:65535");
    CHECK(normal("http://127.0.0.1:3000") == "http://127.0.0.1:3000");
    CHECK(normal("http://[::1]:3000") == "http://[::1]:3000");
    CHECK(normal("https://[2001:DB8::1]:443") == "https://[2001:db8::1]");
    CHECK(normal("chrome-extension://abcdef") == "chrome-extension://abcdef");
    CHECK(normal("app+x.y://some_host") == "app+x.y://some_host");
}

TEST_CASE("what is not exactly one origin is none") {
    for (const char* text : {"",
                             "null",
                             "example.org",
                             "//example.org",
                             "://example.org",
                             "https:",
                             "https://",
                             "https:///",
                             "https://:443",
                             "https://example.org/",
                             "https://example.org/path",
                             "https://example.org?x",
                             "https://example.org#x",
                             "https://user@example.org",
                             "https://example.org:",
                             "https://example.org:0",
                             "https://example.org:0443",
                             "https://example.org:65536",
                             "https://example.org:+443",
                             "https://example.org:44 3",
                             "https://example.org:443:443",
                             "https://example.org https://b.org",
                             " https://example.org",
                             "https://example.org ",
                             "https://a..org",
                             "https://.org",
                             "https://exa mple.org",
                             "https://ex%61mple.org",
                             "https://b\xc3\xbc"
                             "cher.example",
                             "https://[::1",
                             "https://::1]",
                             "https://::1",
                             "https://[]",
                             "https://[::1]x",
                             "https://[::1]]:80",
                             "https://[::g]",
                             "1https://example.org",
                             "ht_tp://example.org",
                             "https://*.example.org",
                             "https://a\\b"}) {
        CAPTURE(text);
        CHECK(normal(text) == "none");
    }
    CHECK(normal({"https://a\0b", 11}) == "none");
}

TEST_CASE("methods that change nothing are trusted from everywhere") {
    for (const char* method : {"GET", "HEAD", "OPTIONS", "TRACE"}) {
        CAPTURE(method);
        const OriginalRequest request{method, "cross-site", "https://evil.example", ""};
        CHECK(is_trusted(request));
        CHECK(is_trusted(request, strict));
    }
}

TEST_CASE("other methods are checked, also those that only look harmless") {
    for (const char* method : {"POST", "PUT", "PATCH", "DELETE", "get", "Get", "GETX", "PROPFIND", " GET"}) {
        CAPTURE(method);
        CHECK_FALSE(is_trusted({method, "cross-site", "https://evil.example", ""}));
    }
}

TEST_CASE("a method that was not told is skipped by default and denied when strict") {
    CHECK(is_trusted({"", "cross-site", "https://evil.example", ""}));
    CHECK_FALSE(is_trusted({"", "cross-site", "https://evil.example", ""}, strict));
    CHECK_FALSE(is_trusted({"", "same-origin", "", ""}, strict));
    CHECK_FALSE(is_trusted({"", "", "https://app.example.org", ""}, strict));
}

TEST_CASE("the browser's own word decides first") {
    CHECK(is_trusted({"POST", "same-origin", "", ""}));
    CHECK(is_trusted({"POST", "none", "", ""}));
    CHECK_FALSE(is_trusted({"POST", "same-site", "", ""}));
    CHECK_FALSE(is_trusted({"POST", "cross-site", "", ""}));
    CHECK_FALSE(is_trusted({"POST", "Same-Origin", "", ""}));
    CHECK_FALSE(is_trusted({"POST", "same-origin, cross-site", "", ""}));
}

TEST_CASE("a page elsewhere is trusted only by the list") {
    for (const char* site : {"same-site", "cross-site", "something new"}) {
        CAPTURE(site);
        CHECK(is_trusted({"POST", site, "https://app.example.org", ""}));
        CHECK_FALSE(is_trusted({"POST", site, "https://other.example.org", ""}));
        CHECK_FALSE(is_trusted({"POST", site, "http://shop.example", "http://shop.example"}));
    }
}

TEST_CASE("without the browser's word the origin must be on the list or our own") {
    CHECK(is_trusted({"POST", "", "https://app.example.org", ""}));
    CHECK(is_trusted({"POST", "", "HTTPS://App.Example.Org:443", ""}));
    CHECK(is_trusted({"POST", "", "https://shop.example", "https://shop.example:443"}));
    CHECK_FALSE(is_trusted({"POST", "", "http://app.example.org", ""}));
    CHECK_FALSE(is_trusted({"POST", "", "https://app.example.org:8443", ""}));
    CHECK_FALSE(is_trusted({"POST", "", "https://app.example.org.evil.example", ""}));
    CHECK_FALSE(is_trusted({"POST", "", "https://evil.example", "https://shop.example"}));
    CHECK_FALSE(is_trusted({"POST", "", "https://shop.example", "http://shop.example"}));
}

TEST_CASE("an origin that says nothing is trusted by nothing") {
    CHECK_FALSE(is_trusted({"POST", "", "", ""}));
    CHECK_FALSE(is_trusted({"POST", "", "null", ""}));
    CHECK_FALSE(is_trusted({"POST", "", "null", "null"}));
    CHECK_FALSE(is_trusted({"POST", "", "", ""}, {.check = OriginCheck::when_told, .allowed = {""}}));
}

TEST_CASE("the check can be turned off") {
    CHECK(is_trusted({"POST", "cross-site", "https://evil.example", ""}, {.check = OriginCheck::off}));
}
