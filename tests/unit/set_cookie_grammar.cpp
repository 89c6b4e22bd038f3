#include "tests/support/set_cookie_grammar.hpp"

#include <doctest/doctest.h>

#include <utility>
#include <vector>

using sessgate::tests::set_cookie_mistake;

TEST_CASE("the Set-Cookie checker finds nothing wrong with good lines") {
    for (const char* line : {
             "__Host-session=abc; Path=/; Max-Age=34560000; HttpOnly; Secure; SameSite=Lax",
             "session=; Path=/; Expires=Thu, 01 Jan 1970 00:00:00 GMT; HttpOnly; SameSite=Strict",
             "a=b",
             "a=\"b\"",
             "a=b=c",
             "__Secure-a=b; Domain=example.org; Secure",
             "a=b; Path=/x/y; SameSite=None; Secure",
             "a=b; Expires=Thu, 29 Feb 2024 23:59:60 GMT",
             "a=b; Max-Age=1",
             "__Http-a=b; Secure; HttpOnly",
         }) {
        CAPTURE(line);
        CHECK(set_cookie_mistake(line).value_or("none") == "none");
    }
}

TEST_CASE("the Set-Cookie checker says what is wrong with bad lines") {
    const std::vector<std::pair<std::string, std::string>> bad = {
        {"", "no = after the name"},
        {"a", "no = after the name"},
        {"=b", "not a token"},
        {"a b=c", "not a token"},
        {"a[]=c", "not a token"},
        {"\xc3\xa4=c", "not a token"},
        {"a=b c", "cookie octets"},
        {"a=b,c", "cookie octets"},
        {"a=b;Secure", "cookie octets"},
        {"a=\"b", "cookie octets"},
        {"a=b\\c", "cookie octets"},
        {"a=b\n", "cookie octets"},
        {std::string("a=b\0", 4), "cookie octets"},
        {"a=\xe2\x82\xac", "cookie octets"},
        {"a=" + std::string(4096, 'b'), "over 4096"},
        {"a=b; ", "unknown attribute"},
        {"a=b;  Secure", "unknown attribute"},
        {"a=b; secure", "unknown attribute"},
        {"a=b; Priority=High", "unknown attribute"},
        {"a=b; Secure=1", "Secure has a value"},
        {"a=b; Path", "Path has no value"},
        {"a=b; Secure; Secure", "comes twice"},
        {"a=b; Path=/; Path=/x", "comes twice"},
        {"a=b; Path=x", "Path"},
        {"a=b; Path=/x y", "Path"},
        {"a=b; Path=/" + std::string(1024, 'x'), "over 1024"},
        {"a=b; Max-Age=0", "Max-Age"},
        {"a=b; Max-Age=-1", "Max-Age"},
        {"a=b; Max-Age=01", "Max-Age"},
        {"a=b; Max-Age=34560001", "Max-Age"},
        {"a=b; Max-Age=", "Max-Age"},
        {"a=b; Expires=Fri, 01 Jan 1970 00:00:00 GMT", "Expires"},
        {"a=b; Expires=Thu, 1 Jan 1970 00:00:00 GMT", "Expires"},
        {"a=b; Expires=Thu, 01-Jan-1970 00:00:00 GMT", "Expires"},
        {"a=b; Expires=Thu, 29 Feb 2023 00:00:00 GMT", "Expires"},
        {"a=b; Expires=Thu, 01 Jan 1970 24:00:00 GMT", "Expires"},
        {"a=b; Domain=.example.org", "Domain"},
        {"a=b; Domain=exa_mple.org", "Domain"},
        {"a=b; Domain=", "Domain"},
        {"a=b; SameSite=lax", "SameSite is none"},
        {"a=b; SameSite=None", "SameSite=None asks"},
        {"__Host-a=b; Path=/", "asks for Secure"},
        {"__secure-a=b", "asks for Secure"},
        {"__Http-a=b; Secure", "asks for HttpOnly"},
        {"__Host-a=b; Secure", "asks for Path=/"},
        {"__Host-a=b; Secure; Path=/x", "asks for Path=/"},
        {"__Host-a=b; Secure; Path=/; Domain=example.org", "allows no Domain"},
    };
    for (const auto& [line, part] : bad) {
        CAPTURE(line);
        const std::string mistake = set_cookie_mistake(line).value_or("no mistake found");
        CAPTURE(mistake);
        CHECK(mistake.find(part) != std::string::npos);
    }
}
