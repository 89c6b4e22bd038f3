#include <doctest/doctest.h>

#include "tests/support/settings.hpp"

using namespace sessgate;
using namespace sessgate::app;
using namespace sessgate::tests;
using namespace std::chrono_literals;

TEST_CASE("the active period is at least five graces when tokens rotate") {
    CHECK(read_flags({{"session.active_period", "5m"}}).mistakes == Mistakes{});
    CHECK(
        is_only_mistake(read_flags({{"session.active_period", "299s"}}),
                        {"session.active_period = \"299s\"", "5 times", "session.rotation_grace = \"60s\" (default)"}));
    CHECK(read_flags({{"session.active_period", "299s"}, {"session.renewal", "extend"}}).mistakes == Mistakes{});
}

TEST_CASE("the longest grace is not shorter than the grace") {
    CHECK(read_flags({{"session.rotation_grace_max", "60s"}}).mistakes == Mistakes{});
    CHECK(
        is_only_mistake(read_flags({{"session.rotation_grace_max", "59s"}}), {"session.rotation_grace_max = \"59s\""}));
}

TEST_CASE("the absolute lifetime is not shorter than the active period, and may be none") {
    CHECK(read_flags({{"session.absolute_lifetime", "24h"}}).mistakes == Mistakes{});
    CHECK(is_only_mistake(read_flags({{"session.absolute_lifetime", "23h"}}),
                          {"session.absolute_lifetime = \"23h\"", "session.active_period"}));
    CHECK(read_flags({{"session.absolute_lifetime", "none"}}).config.session.absolute_lifetime == std::nullopt);
    CHECK(read_flags({{"session.absolute_lifetime", "0"}}).config.session.absolute_lifetime == std::nullopt);
    CHECK(is_only_mistake(read_flags({{"session.absolute_lifetime", "never"}}), {"or none"}));
}

TEST_CASE("a check between settings is left out when one of them is a mistake by itself") {
    CHECK(is_only_mistake(read_flags({{"session.active_period", "soon"}}), {"session.active_period = \"soon\""}));
}

TEST_CASE("a cookie that is not secure has another name by default") {
    const ReadConfig read = read_flags({{"cookie.secure", "false"}});
    CHECK(read.mistakes == Mistakes{});
    CHECK(read.config.cookie.name == "session");
}

TEST_CASE("a cookie name whose prefix its attributes contradict is a mistake") {
    CHECK(is_only_mistake(read_flags({{"cookie.name", "__Host-a"}, {"cookie.secure", "false"}}),
                          {"cookie.name = \"__Host-a\"", "cookie.secure = \"false\""}));
    CHECK(is_only_mistake(read_flags({{"cookie.name", "__Secure-a"}, {"cookie.secure", "false"}}), {"cookie.secure"}));
    CHECK(is_only_mistake(read_flags({{"cookie.domain", "example.org"}}),
                          {"cookie.name = \"__Host-session\" (default)"}));
    CHECK(is_only_mistake(read_flags({{"cookie.path", "/app"}}), {"cookie.name"}));
    CHECK(read_flags({{"cookie.name", "__Secure-a"}, {"cookie.domain", "example.org"}, {"cookie.path", "/app"}})
              .mistakes == Mistakes{});
}

TEST_CASE("a cookie for all sites has to be secure") {
    CHECK(read_flags({{"cookie.same_site", "none"}}).mistakes == Mistakes{});
    CHECK(is_only_mistake(read_flags({{"cookie.same_site", "none"}, {"cookie.secure", "false"}}),
                          {"cookie.same_site = \"none\"", "cookie.secure"}));
}

TEST_CASE("each part of the cookie that cannot be written is a mistake of its own") {
    const ReadConfig read =
        read_flags({{"cookie.name", "a b"}, {"cookie.domain", ".example.org"}, {"cookie.path", "app"}});
    REQUIRE(read.mistakes.size() == 3);
    CHECK(read.mistakes[0].starts_with("cookie.name = \"a b\" (flag --cookie-name) must be "));
    CHECK(read.mistakes[1].starts_with("cookie.domain = \".example.org\" (flag --cookie-domain) must be "));
    CHECK(read.mistakes[2].starts_with("cookie.path = \"app\" (flag --cookie-path) must "));
}

TEST_CASE("origins are kept in the one spelling that comparisons use") {
    const ReadConfig read = read_flags({{"origin.allow", "HTTPS://App.Example.org:443, http://localhost:3000"}});
    CHECK(read.mistakes == Mistakes{});
    CHECK(read.config.origin.allowed == std::vector<std::string>{"https://app.example.org", "http://localhost:3000"});
    CHECK(is_only_mistake(read_flags({{"origin.allow", "https://a.example/path"}}), {"origin.allow"}));
    CHECK(is_only_mistake(read_flags({{"origin.allow", "null"}}), {"origin.allow"}));
}

TEST_CASE("a store that we do not have is a mistake, and a password in its address is not shown") {
    CHECK(is_only_mistake(read_flags({{"store.url", "mysql://h"}}), {"store.url = \"mysql://h\"", "lmdb:PATH"}));
    const ReadConfig read = read_flags({{"store.url", "mysql://:hunter2@h"}});
    CHECK(is_only_mistake(read, {"store.url", "value not shown"}));
    CHECK(read.mistakes[0].find("hunter2") == std::string::npos);
    CHECK(is_only_mistake(read_flags({{"store.url", "lmdb:"}}), {"store.url"}));
}

TEST_CASE("the two ports need two addresses") {
    const TemporaryFolder folder;
    const std::string tokens = file_in(folder, "tokens", "0123456789abcdef\n");
    CHECK(is_only_mistake(read_flags({{"listen", "unix:/a"}, {"control.listen", "unix:/a"}}), {"another address"}));
    CHECK(read_flags({{"listen", "127.0.0.1:0"}, {"control.listen", "127.0.0.1:0"}, {"control.token_file", tokens}})
              .mistakes == Mistakes{});
}
