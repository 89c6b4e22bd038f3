#include "app/config_redis_url.hpp"

#include <doctest/doctest.h>

namespace sessgate::tests {

using adapters::RedisAddress;
using adapters::RedisKind;

namespace {

std::optional<adapters::RedisSettings> settings_of(const std::string& url) {
    app::Config config;
    if (app::put_redis_url(config, url)) return std::nullopt;
    CHECK(config.store.kind == app::StoreKind::redis);
    return config.store.redis;
}

}  // namespace

TEST_CASE("a Redis URL says where, as whom and which database") {
    const auto plain = settings_of("redis://localhost").value();
    CHECK(plain.addresses == std::vector{RedisAddress{"localhost", 6379, {}}});
    CHECK(plain.kind == RedisKind::single);
    CHECK(!plain.tls);

    const auto full = settings_of("rediss://ada:p%40%2fw:x@[::1]:7000/15").value();
    CHECK(full.addresses == std::vector{RedisAddress{"::1", 7000, {}}});
    CHECK(full.user == "ada");
    CHECK(full.password == "p@/w:x");
    CHECK(full.database == 15);
    CHECK(full.tls);

    CHECK(settings_of("redis://:secret@h").value().password == "secret");
    CHECK(settings_of("redis://:secret@h").value().user.empty());
}

TEST_CASE("a Redis URL may name a unix socket") {
    const auto local = settings_of("redis+unix://ada:secret@/run/redis.sock?database=2").value();
    CHECK(local.addresses == std::vector{RedisAddress{"", 0, "/run/redis.sock"}});
    CHECK(local.user == "ada");
    CHECK(local.database == 2);
    CHECK(settings_of("redis+unix:///run/redis.sock").value().database == 0);
}

TEST_CASE("a Redis URL may name several servers") {
    const auto sentinels = settings_of("redis+sentinel://a,b:1,c/main/3").value();
    CHECK(sentinels.kind == RedisKind::sentinel);
    CHECK(sentinels.addresses ==
          std::vector{RedisAddress{"a", 26379, {}}, RedisAddress{"b", 1, {}}, RedisAddress{"c", 26379, {}}});
    CHECK(sentinels.sentinel_name == "main");
    CHECK(sentinels.database == 3);
    const auto cluster = settings_of("rediss+cluster://:x@a:1,b").value();
    CHECK(cluster.kind == RedisKind::cluster);
    CHECK(cluster.addresses.size() == 2);
    CHECK(cluster.tls);
}

TEST_CASE("a Redis URL with a mistake in it is refused") {
    for (const std::string url :
         {"redis://", "redis:localhost", "redis://a,b", "redis://a:0", "redis://a:x", "redis://a/x", "redis://a/65536",
          "redis://a%", "redis://u:%zz@a", "redis+unix://run/x", "redis+unix:///", "redis+unix:///x?db=1",
          "redis+unix:///x?database=", "redis+sentinel://a", "redis+sentinel://a/", "redis+sentinel:///x",
          "redis+cluster://a/1", "redis+cluster://", "redisx://a"}) {
        CAPTURE(url);
        CHECK(!settings_of(url));
    }
}

}  // namespace sessgate::tests
