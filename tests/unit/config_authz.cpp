#include <doctest/doctest.h>

#include <fstream>

#include "tests/support/folder.hpp"
#include "tests/support/settings.hpp"

using namespace sessgate;
using namespace sessgate::app;
using namespace sessgate::tests;

namespace {

using Source = http::AttributeHeader::Source;

ReadConfig read_headers(const std::string& list) {
    return read_flags({{"authz.headers", list}});
}

}  // namespace

TEST_CASE("headers name attributes of the user or of the session") {
    const ReadConfig read = read_headers("X-Session-Attr-Name=user.name,X-Session-Attr-Device-2 = session.a.b ü");
    CHECK(read.mistakes == Mistakes{});
    CHECK(read.config.authz.headers ==
          std::vector<http::AttributeHeader>{{"X-Session-Attr-Name", Source::user, "name"},
                                             {"X-Session-Attr-Device-2", Source::session, "a.b ü"}});
    CHECK(read_headers("").config.authz.headers.empty());
}

TEST_CASE("headers that are none of ours, of no attribute, twice there or too many are refused") {
    for (const char* wrong :
         {"X-User=user.name", "X-Session-Attr-=user.name", "X-Session-Attr_Name=user.name",
          "X-Session-Attr-Na.me=user.name", "X-Session-Attr-Name", "X-Session-Attr-Name=", "X-Session-Attr-Name=name",
          "X-Session-Attr-Name=user", "X-Session-Attr-Name=user.", "X-Session-Attr-Name=admin.name",
          "X-Session-Attr-Name=user.a\"b", "X-Session-Attr-Name=user.a\\b", "X-Session-Attr-N\r\nA=user.a",
          "X-Session-Attr-N=user.a\nb", "X-Session-Attr-Name=user.a, X-SESSION-ATTR-NAME=user.b",
          "X-Session-Attr-Name=user.a, X-Session-Attr-NAME=user.b"}) {
        CAPTURE(wrong);
        CHECK(is_only_mistake(read_headers(wrong), {"authz.headers", "must"}));
    }
    std::string list;
    for (char letter = 'A'; letter <= 'H'; ++letter) {
        list += std::string(list.empty() ? "" : ",") + "X-Session-Attr-" + letter + "=user.a";
    }
    CHECK(read_headers(list).config.authz.headers.size() == 8);
    CHECK(is_only_mistake(read_headers(list + ",X-Session-Attr-I=user.a"), {"at most 8"}));
    CHECK(read_headers("X-Session-Attr-" + std::string(49, 'x') + "=user.a").mistakes == Mistakes{});
    CHECK(is_only_mistake(read_headers("X-Session-Attr-" + std::string(50, 'x') + "=user.a"), {"64 characters"}));
}

TEST_CASE("a settings file names headers in a table of their own") {
    const TemporaryFolder folder;
    const auto path = folder.path() / "sessgate.toml";
    std::ofstream(path) << "[authz.headers]\nX-Session-Attr-Name = 'user.name'\nX-Session-Attr-Role = 'session.role'\n";
    const ReadConfig read = read_config({.file = path}, Reader::server);
    CHECK(read.mistakes == Mistakes{});
    CHECK(read.config.authz.headers.size() == 2);

    std::ofstream(path) << "[authz.headers]\nX-Session-Attr-Name = 3\n";
    CHECK(is_only_mistake(read_config({.file = path}, Reader::server), {"authz.headers", "must be"}));
}

TEST_CASE("a sign-in page is a URL of the web or a path of the application's own host") {
    for (const char* url : {"/login", "/", "https://login.example.org", "http://[::1]:8000/a?b=c", ""}) {
        CAPTURE(url);
        const ReadConfig read = read_flags({{"authz.login_url", url}});
        CHECK(read.mistakes == Mistakes{});
        CHECK(read.config.authz.login_url == url);
    }
    for (const char* url :
         {"login", "//evil.example", "/\\evil.example", "javascript:alert(1)", "https://", "https:///a",
          "ftp://a.example", "https://a b", "https://a/#b", "/a\r\nSet-Cookie: a=b", "https://a@b/"}) {
        CAPTURE(url);
        CHECK(is_only_mistake(read_flags({{"authz.login_url", url}}), {"authz.login_url", "must be"}));
    }
    CHECK(is_only_mistake(read_flags({{"authz.login_url", "/" + std::string(1024, 'a')}}), {"must be"}));
}

TEST_CASE("return addresses are allowed by origin, in the one spelling that is compared") {
    CHECK(read_flags({{"authz.return_allow", "HTTPS://App.example.org:443, http://localhost:8000"}})
              .config.authz.return_allow ==
          std::vector<std::string>{"https://app.example.org", "http://localhost:8000"});
    CHECK(is_only_mistake(read_flags({{"authz.return_allow", "https://app.example.org/"}}), {"authz.return_allow"}));
}
