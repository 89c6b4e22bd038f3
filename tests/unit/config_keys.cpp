#include "app/config_keys.hpp"

#include <doctest/doctest.h>

#include <set>

#include "app/config_print.hpp"
#include "tests/support/settings.hpp"

using namespace sessgate;
using namespace sessgate::app;
using namespace sessgate::tests;
using namespace std::chrono_literals;

TEST_CASE("a key has one name in three spellings") {
    const Setting* setting = find_setting("session.active_period");
    REQUIRE(setting != nullptr);
    CHECK(setting->flag() == "--session-active-period");
    CHECK(setting->environment() == "SESSGATE_SESSION_ACTIVE_PERIOD");
}

TEST_CASE("no two settings share a key, a flag or a variable") {
    std::set<std::string> names;
    for (const Setting& setting : settings()) {
        CAPTURE(setting.key);
        CHECK(names.insert(setting.key == "listen" ? "key listen" : setting.key).second);
        CHECK(names.insert(setting.flag()).second);
        CHECK(names.insert(setting.environment()).second);
    }
}

TEST_CASE("every setting has a sentence of help and says what is allowed") {
    for (const Setting& setting : settings()) {
        CAPTURE(setting.key);
        CHECK(setting.help.ends_with('.'));
        CHECK_FALSE(setting.allowed.empty());
        CHECK(settings_as_markdown().find("`" + setting.key + "`") != std::string::npos);
    }
}

TEST_CASE("without any setting the defaults of the design are in force") {
    const ReadConfig read = read_flags({});
    CHECK(read.mistakes == Mistakes{});
    const Config& config = read.config;
    CHECK(to_text(config.listen) == "127.0.0.1:8080");
    CHECK(to_text(config.control.listen) == "unix:./sessgate-data/control.sock");
    CHECK(config.store.kind == StoreKind::lmdb);
    CHECK(config.store.data_folder == "./sessgate-data");
    CHECK(config.store.deadline == 150ms);
    CHECK(config.session.active_period == 24h);
    CHECK(config.session.idle_period == std::chrono::days(14));
    CHECK(config.session.absolute_lifetime == core::Milliseconds(std::chrono::days(90)));
    CHECK(config.session.rotation.strategy == core::RenewalStrategy::rotate);
    CHECK(config.session.rotation.grace == 60s);
    CHECK(config.session.rotation.grace_max == 24h);
    CHECK_FALSE(config.session.revoke_on_reuse);
    CHECK(config.cookie == core::CookieConfig{});
    CHECK(config.origin == core::OriginPolicy{});
    CHECK(config.trusted_proxies.unix_sockets);
    CHECK(config.trusted_proxies.networks.size() == 2);
    CHECK(config.http.idle_timeout == 75s);
    CHECK(config.http.head_limit == 16 * 1024);
    CHECK(config.http.body_limit == 64 * 1024);
    CHECK(config.drain.delay == 0s);
    CHECK(config.drain.timeout == 10s);
    CHECK(config.ports_file == std::nullopt);
}

TEST_CASE("the state directory of a service manager is the data folder, for memory as well") {
    ConfigSources sources{.environment = {{"STATE_DIRECTORY", "/var/lib/sessgate:/var/lib/other"}}};
    CHECK(read_config(sources, Reader::server).config.store.data_folder == "/var/lib/sessgate");

    sources.flags["store.url"] = {"memory:", "flag"};
    const ReadConfig read = read_config(sources, Reader::server);
    CHECK(read.config.store.kind == StoreKind::memory);
    CHECK(to_text(read.config.control.listen) == "unix:/var/lib/sessgate/control.sock");
}

TEST_CASE("the control socket stands in the folder of the store") {
    CHECK(to_text(read_flags({{"store.url", "lmdb:/data"}}).config.control.listen) == "unix:/data/control.sock");
}

TEST_CASE("each bound of a range is allowed, and one step past it is not") {
    struct Case {
        const char* key;
        const char* lowest;
        const char* highest;
        const char* below;
        const char* above;
    };
    for (const Case& each : {Case{"store.deadline", "1ms", "60s", "0", "60001ms"},
                             Case{"session.idle_period", "10ms", "400d", "9ms", "401d"},
                             Case{"http.head_limit", "1KiB", "1MiB", "1023", "1048577"},
                             Case{"http.connections_max", "1", "1000000", "0", "1000001"},
                             Case{"drain.timeout", "0", "1h", "-1s", "61m"}}) {
        CAPTURE(each.key);
        CHECK(read_flags({{each.key, each.lowest}}).mistakes == Mistakes{});
        CHECK(read_flags({{each.key, each.highest}}).mistakes == Mistakes{});
        CHECK(is_only_mistake(read_flags({{each.key, each.below}}), {each.key, each.below, "must be"}));
        CHECK(is_only_mistake(read_flags({{each.key, each.above}}), {each.key, each.above, "must be"}));
    }
}

TEST_CASE("a word that is none of the choices is refused, also in another case") {
    CHECK(read_flags({{"session.renewal", "extend"}}).config.session.rotation.strategy ==
          core::RenewalStrategy::extend);
    CHECK(is_only_mistake(read_flags({{"session.renewal", "Extend"}}), {"one of rotate, extend"}));
    CHECK(is_only_mistake(read_flags({{"cookie.persistent", "yes"}}), {"one of true, false"}));
}
