#include <doctest/doctest.h>

#include <string>
#include <utility>
#include <vector>

#include "sessgate/core/cookie.hpp"

using namespace sessgate::core;

namespace {

/// The mistake's text, or "none".
std::string mistake(const CookieConfig& config) {
    return mistake_in(config).value_or("none");
}

bool names(const std::string& key, const CookieConfig& config) {
    return mistake(config).find(key) != std::string::npos;
}

}  // namespace

TEST_CASE("good cookie configurations have no mistake") {
    CHECK(mistake({}) == "none");
    CHECK(mistake({.name = "session", .secure = false}) == "none");
    CHECK(mistake({.name = "__Secure-s", .domain = "example.org", .path = "/app"}) == "none");
    CHECK(mistake({.name = "s", .domain = "xn--bcher-kva.example", .same_site = SameSite::none}) == "none");
    CHECK(mistake({.name = "a!#$%&'*+-.^_`|~9"}) == "none");
    CHECK(mistake({.name = "host-__Host-", .secure = false}) == "none");
}

TEST_CASE("a cookie name that is not a token is a mistake") {
    for (const char* name : {"", " ", "a b", "a;b", "a=b", "a,b", "a\"b", "a/b", "a[b]", "a{b}", "a(b)", "a<b>", "a@b",
                             "a:b", "a?b", "a\\b", "a\tb", "a\x7f", "\xc3\xa4"}) {
        CAPTURE(name);
        CHECK(names("cookie.name", {.name = name}));
    }
    CHECK(names("cookie.name", {.name = std::string("a\0b", 3)}));
}

TEST_CASE("a cookie name that leaves no room for a token is a mistake") {
    CHECK(mistake({.name = std::string(4032, 'a')}) == "none");
    CHECK(names("cookie.name", {.name = std::string(4033, 'a')}));
}

TEST_CASE("a domain that is not a host name is a mistake") {
    for (const char* domain : {".example.org", "example.org.", "exa mple.org", "a..b", "-a.org", "a-.org", "a_b.org",
                               "example.org:80", "https://example.org",
                               "b\xc3\xbc"
                               "cher.example",
                               "*.a.org", ";"}) {
        CAPTURE(domain);
        CHECK(names("cookie.domain", {.name = "s", .domain = domain}));
    }
    CHECK(mistake({.name = "s", .domain = std::string(63, 'a')}) == "none");
    CHECK(names("cookie.domain", {.name = "s", .domain = std::string(64, 'a')}));
}

TEST_CASE("a path that is not visible ASCII from a slash on is a mistake") {
    for (const char* path : {"", "app", "/a;b", "/a b", "/a\n", "/\x7f", "/\xc3\xa4"}) {
        CAPTURE(path);
        CHECK(names("cookie.path", {.name = "s", .path = path}));
    }
    CHECK(mistake({.name = "s", .path = "/" + std::string(1023, 'a')}) == "none");
    CHECK(names("cookie.path", {.name = "s", .path = "/" + std::string(1024, 'a')}));
}

TEST_CASE("what a name's prefix promises must hold, whatever its case") {
    for (const char* name :
         {"__Host-s", "__host-s", "__HOST-s", "__Secure-s", "__secURE-s", "__Http-s", "__Host-Http-s"}) {
        CAPTURE(name);
        CHECK(mistake({.name = name}) == "none");
        CHECK(names("cookie.secure", {.name = name, .secure = false}));
    }
    CHECK(names("cookie.domain", {.domain = "example.org"}));
    CHECK(names("cookie.path", {.path = "/app"}));
    CHECK(names("cookie.path", {.name = "__hOST-s", .path = "/app"}));
}

TEST_CASE("SameSite none without Secure is a mistake") {
    CHECK(names("cookie.same_site", {.name = "s", .same_site = SameSite::none, .secure = false}));
    CHECK(mistake({.name = "s", .same_site = SameSite::strict, .secure = false}) == "none");
}
