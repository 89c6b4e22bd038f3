#include <doctest/doctest.h>

#include "app/config_print.hpp"
#include "tests/support/settings.hpp"

using namespace sessgate;
using namespace sessgate::app;
using namespace sessgate::tests;
using namespace std::chrono_literals;

namespace {

ReadConfig read_file(const std::string& toml) {
    const TemporaryFolder folder;
    return read_config({.file = file_in(folder, "sessgate.toml", toml)}, Reader::server);
}

ReadConfig read_environment(Environment environment) {
    return read_config({.environment = std::move(environment)}, Reader::server);
}

}  // namespace

TEST_CASE("a flag wins over the environment, and the environment over the file") {
    const TemporaryFolder folder;
    ConfigSources sources;
    sources.file =
        file_in(folder, "sessgate.toml", "[http]\nhead_timeout = '1s'\nbody_timeout = '1s'\nidle_timeout = '1s'\n");
    sources.environment = {{"SESSGATE_HTTP_HEAD_TIMEOUT", "2s"}, {"SESSGATE_HTTP_BODY_TIMEOUT", "2s"}};
    sources.flags["http.head_timeout"] = {"3s", "flag"};

    const ReadConfig read = read_config(sources, Reader::server);

    CHECK(read.mistakes.empty());
    CHECK(read.config.http.head_timeout == 3s);
    CHECK(read.config.http.body_timeout == 2s);
    CHECK(read.config.http.idle_timeout == 1s);
    CHECK(read.config.http.write_timeout == 5s);
}

TEST_CASE("the settings file may be named by the environment, and a flag names another") {
    const TemporaryFolder folder;
    const std::string first = file_in(folder, "first.toml", "cookie.name = 'first'");
    const std::string second = file_in(folder, "second.toml", "cookie.name = 'second'");
    ConfigSources sources{.environment = {{"SESSGATE_CONFIG", first}}};

    CHECK(read_config(sources, Reader::server).config.cookie.name == "first");
    sources.file = second;
    CHECK(read_config(sources, Reader::server).config.cookie.name == "second");
}

TEST_CASE("a settings file holds text, numbers, truth values and lists") {
    const ReadConfig read = read_file(
        "listen = '[::1]:1'\n[http]\nconnections_max = 7\n[cookie]\nsecure = false\n"
        "[proxies]\ntrusted = ['10.0.0.0/8', 'unix']\n");

    CHECK(read.mistakes.empty());
    CHECK(read.config.listen == ListenAddress(TcpAddress{"::1", 1}));
    CHECK(read.config.http.connections_max == 7);
    CHECK_FALSE(read.config.cookie.secure);
    CHECK(read.config.trusted_proxies.unix_sockets);
    CHECK(read.config.trusted_proxies.networks.size() == 1);
}

TEST_CASE("all mistakes are told at once, each with its key, value, source and what is allowed") {
    const TemporaryFolder folder;
    ConfigSources sources;
    sources.file = file_in(folder, "sessgate.toml", "\n[session]\nactive_period = 24\n");
    sources.environment = {{"SESSGATE_LOG_LEVEL", "loud"}};
    sources.flags["listen"] = {"8080", "flag --listen"};

    const Mistakes mistakes = read_config(sources, Reader::server).mistakes;

    REQUIRE(mistakes.size() == 3);
    CHECK(
        mistakes[0] ==
        "listen = \"8080\" (flag --listen) must be host:port, [v6]:port or unix:PATH, with a port of 0 to 65535 and a "
        "path of at most 107 bytes");
    CHECK(mistakes[1] == "session.active_period = \"24\" (" + sources.file->string() +
                             ":3) must be a duration such as 250ms, 24h or 14d, 10ms to 400d");
    CHECK(mistakes[2] ==
          "log.level = \"loud\" (environment SESSGATE_LOG_LEVEL) must be one of debug, info, warning, error");
}

TEST_CASE("an unknown key of the file is a mistake with its line and the nearest key") {
    const ReadConfig read = read_file("[session]\nactive_periode = '1h'\n");
    CHECK(
        is_only_mistake(read, {"session.active_periode (", "sessgate.toml:2)", "did you mean session.active_period?"}));
}

TEST_CASE("an unknown key that is near to none gets no suggestion") {
    const ReadConfig read = read_file("zzzzzzzzzzzz = 1\n");
    REQUIRE(read.mistakes.size() == 1);
    CHECK(read.mistakes[0].find("did you mean") == std::string::npos);
}

TEST_CASE("a value of the wrong kind in the file is a mistake") {
    CHECK(
        is_only_mistake(read_file("[http]\nhead_timeout = 1979-05-27\n"), {"http.head_timeout", ":2)", "10ms to 1h"}));
    CHECK(is_only_mistake(read_file("[origin]\nallow = [1]\n"), {"origin.allow", "origins such as"}));
    CHECK(is_only_mistake(read_file("[listen]\nport = 1\n"), {"listen", "host:port"}));
}

TEST_CASE("a file that is no TOML is one mistake with its line, and a missing one is a mistake") {
    CHECK(is_only_mistake(read_file("[http]\nhead_timeout =\n"), {"sessgate.toml:2"}));
    CHECK(is_only_mistake(read_config({.file = "/nowhere/sessgate.toml"}, Reader::server), {"/nowhere/sessgate.toml"}));
}

TEST_CASE("a variable that looks like a setting and is none is a mistake") {
    CHECK(is_only_mistake(read_environment({{"SESSGATE_LISEN", "127.0.0.1:1"}}),
                          {"SESSGATE_LISEN", "did you mean SESSGATE_LISTEN?"}));
    CHECK(is_only_mistake(read_environment({{"SESSGATE_COOKIE_COLOUR", "red"}}), {"SESSGATE_COOKIE_COLOUR"}));
}

TEST_CASE("variables of other makers are left alone") {
    CHECK(read_environment({{"SESSGATE_BINARY", "x"}, {"SESSGATE_CORPORA", "x"}, {"SESSGATE_BUILD_DIR", "x"}})
              .mistakes.empty());
    CHECK(read_environment({{"SESSGATE_PORT", "tcp://10.0.0.1:8080"},
                            {"SESSGATE_SERVICE_HOST", "10.0.0.1"},
                            {"SESSGATE_CONTROL_PORT", "tcp://10.0.0.1:8081"},
                            {"SESSGATE_CONTROL_SERVICE_PORT", "8081"},
                            {"SESSGATE_CONTROL_PORT_8081_TCP_ADDR", "10.0.0.1"}})
              .mistakes.empty());
}

TEST_CASE("a value is shown in printable characters alone, and not longer than a line") {
    for (const char* value : {"x\nsessgate: all is well", "\x1b[31m", "\x7f", "\xc2\x9b"}) {
        CAPTURE(value);
        CHECK(describe("listen", {value, "flag"}).find(value) == std::string::npos);
    }
    CHECK(describe("listen", {"x\n\x1b\"y", "flag"}) == "listen = \"x???y\" (flag)");
    CHECK(describe("listen", {std::string(1000, 'x'), "flag"}).size() < 250);
}

TEST_CASE("the example file sets nothing, and with all its comments taken away sets the defaults") {
    CHECK(read_file(settings_as_toml()).mistakes.empty());

    std::string uncommented;
    std::size_t lines = 0;
    for (std::size_t start = 0; start < settings_as_toml().size();) {
        const std::size_t end = settings_as_toml().find('\n', start);
        std::string line = settings_as_toml().substr(start, end - start);
        if (line.starts_with("#") && !line.starts_with("# ")) {
            line.erase(0, 1);
            ++lines;
        }
        uncommented += line + "\n";
        start = end + 1;
    }
    CHECK(lines == settings().size());
    const ReadConfig read = read_file(uncommented);
    CAPTURE(uncommented);
    CHECK(read.mistakes == Mistakes{});
    CHECK(read.config.session.absolute_lifetime == core::Milliseconds(std::chrono::days(90)));
}
