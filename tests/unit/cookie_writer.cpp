#include <doctest/doctest.h>

#include <string>

#include "sessgate/core/cookie.hpp"
#include "tests/support/set_cookie_grammar.hpp"

using namespace sessgate::core;
using namespace std::chrono_literals;
using sessgate::tests::set_cookie_mistake;

namespace {

constexpr WallTime now = from_ms(1'700'000'000'000);
const std::string token = "abcdefghij2345672345.AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

std::string set_cookie(const CookieConfig& config, std::optional<WallTime> expires = std::nullopt) {
    std::string line;
    append_set_cookie(line, config, token, now, expires);
    return line;
}

std::string removing_cookie(const CookieConfig& config) {
    std::string line;
    append_removing_cookie(line, config);
    return line;
}

std::string lifetime(WallTime expires) {
    const std::string line = set_cookie({}, expires);
    const auto begin = line.find("Max-Age=");
    return line.substr(begin, line.find(';', begin) - begin);
}

}  // namespace

TEST_CASE("the default cookie is bound to the host and kept from scripts and other sites") {
    CHECK(set_cookie({}, now + 24h) ==
          "__Host-session=" + token + "; Path=/; Max-Age=86400; HttpOnly; Secure; SameSite=Lax");
}

TEST_CASE("every setting of the cookie reaches the line") {
    const CookieConfig config{.name = "__Secure-s",
                              .domain = "example.org",
                              .path = "/app",
                              .same_site = SameSite::none,
                              .secure = true,
                              .persistent = false};
    CHECK(set_cookie(config) ==
          "__Secure-s=" + token + "; Path=/app; Domain=example.org; HttpOnly; Secure; SameSite=None");

    const CookieConfig plain{.name = "session", .same_site = SameSite::strict, .secure = false};
    CHECK(set_cookie(plain, now + 1s) == "session=" + token + "; Path=/; Max-Age=1; HttpOnly; SameSite=Strict");
}

TEST_CASE("the cookie never ends before its session") {
    CHECK(lifetime(now + 1ms) == "Max-Age=1");
    CHECK(lifetime(now + 1000ms) == "Max-Age=1");
    CHECK(lifetime(now + 1001ms) == "Max-Age=2");
}

TEST_CASE("the cookie lives for a second at the least, since the grammar has no Max-Age of 0") {
    CHECK(lifetime(now) == "Max-Age=1");
    CHECK(lifetime(now - 24h) == "Max-Age=1");
}

TEST_CASE("the cookie lives for 400 days at the most, as browsers would make it") {
    constexpr auto days_400 = 400 * 24h;
    CHECK(lifetime(now + days_400 - 1s) == "Max-Age=34559999");
    CHECK(lifetime(now + days_400 - 1ms) == "Max-Age=34560000");
    CHECK(lifetime(now + days_400) == "Max-Age=34560000");
    CHECK(lifetime(now + days_400 + 1ms) == "Max-Age=34560000");
    CHECK(set_cookie({}).find("Max-Age=34560000;") != std::string::npos);
}

TEST_CASE("a cookie is removed by an empty value that expired long ago, at the same place") {
    CHECK(removing_cookie({}) ==
          "__Host-session=; Path=/; Expires=Thu, 01 Jan 1970 00:00:00 GMT; HttpOnly; Secure; SameSite=Lax");
    CHECK(removing_cookie({.name = "s", .domain = "example.org", .path = "/a", .secure = false, .persistent = false}) ==
          "s=; Path=/a; Domain=example.org; Expires=Thu, 01 Jan 1970 00:00:00 GMT; HttpOnly; SameSite=Lax");
}

TEST_CASE("a line is appended to what stands there") {
    std::string line = "Set-Cookie: ";
    append_removing_cookie(line, {});
    CHECK(line.starts_with("Set-Cookie: __Host-session=;"));
}

TEST_CASE("every line that a good configuration writes keeps the grammar") {
    std::size_t written = 0;
    for (const char* name : {"__Host-session", "__Secure-s", "session", "a!#$%&'*+-.^_`|~9", "__host-x", "__Http-s"}) {
        for (const char* domain : {"", "example.org", "localhost"}) {
            for (const char* path : {"/", "/app", "/a/b=c%20d"}) {
                for (const SameSite same_site : {SameSite::lax, SameSite::strict, SameSite::none}) {
                    for (const int bits : {0, 1, 2, 3}) {
                        const CookieConfig config{name, domain, path, same_site, (bits & 1) != 0, (bits & 2) != 0};
                        if (mistake_in(config)) continue;
                        ++written;
                        CAPTURE(set_cookie(config, now + 90min));
                        CHECK(set_cookie_mistake(set_cookie(config, now + 90min)).value_or("none") == "none");
                        CHECK(set_cookie_mistake(removing_cookie(config)).value_or("none") == "none");
                    }
                }
            }
        }
    }
    CHECK(written > 200);
}

TEST_CASE("a cookie that ends with its session's idle period says when, as Lucia does") {
    const CookieConfig config{.name = "auth_session", .ends_idle = true};
    const auto expires = [&](std::optional<WallTime> end) {
        const std::string line = set_cookie(config, end);
        CHECK(set_cookie_mistake(line) == std::nullopt);
        return line.substr(line.find("; Expires=") + 10, 29);
    };
    CHECK(set_cookie(config, now + 14 * 24h + 999ms) ==
          "auth_session=" + token + "; Path=/; Expires=Tue, 28 Nov 2023 22:13:20 GMT; HttpOnly; Secure; SameSite=Lax");
    CHECK(expires(now + 4000 * 24h) == "Wed, 18 Dec 2024 22:13:20 GMT");
    CHECK(expires(std::nullopt) == "Wed, 18 Dec 2024 22:13:20 GMT");
    CHECK(set_cookie({.name = "a", .persistent = false, .ends_idle = true}, now + 1s).find("Expires") ==
          std::string::npos);
}
