#include <doctest/doctest.h>

#include "app/config_cookies.hpp"
#include "tests/support/settings.hpp"

using namespace sessgate;
using namespace sessgate::tests;
using core::Layout;

namespace {

const std::string redis = "redis://127.0.0.1";

}  // namespace

TEST_CASE("Lucia's layouts bring their prefixes and their cookie") {
    const TemporaryFolder folder;
    const std::string key = file_in(folder, "key", std::string(64, '7') + "\n");
    const auto read = read_flags({{"store.url", redis}, {"store.layout", "lucia-2"}, {"store.record_keys_file", key}});
    REQUIRE(read.mistakes.empty());
    CHECK(read.config.store.lucia_layout() == Layout::lucia_2);
    CHECK(read.config.store.lucia_session_prefix == "session");
    CHECK(read.config.store.lucia_index_prefix == "user_sessions");
    CHECK(read.config.cookie.name == "auth_session");
    CHECK(app::session_cookies_of(read.config).front().ends_idle);
    CHECK(read.config.store.lucia_active_period == read.config.session.active_period);

    const auto recipe = read_flags({{"store.url", redis}, {"store.layout", "lucia-recipe"}});
    REQUIRE(recipe.mistakes.empty());
    CHECK(recipe.config.store.lucia_session_prefix == "user_session");

    const auto moving =
        read_flags({{"store.url", redis}, {"store.migrate_from", "lucia-2"}, {"store.record_keys_file", key}});
    REQUIRE(moving.mistakes.empty());
    CHECK(moving.config.store.lucia_layout() == Layout::lucia_2);
    CHECK(moving.config.cookie.name == "auth_session");
    CHECK_FALSE(app::session_cookies_of(moving.config).front().ends_idle);
}

TEST_CASE("Lucia's layouts may be watched by Sentinel") {
    CHECK(read_flags({{"store.url", "redis+sentinel://a/main"}, {"store.layout", "lucia-recipe"}}).mistakes.empty());
}

TEST_CASE("a layout of Lucia's that cannot work stops the start") {
    const auto read = [](auto... flags) { return read_flags({flags...}); };
    using Flag = std::pair<std::string, std::string>;
    CHECK(is_only_mistake(read(Flag("store.url", redis), Flag("store.layout", "lucia-2")),
                          {"store.layout", "needs a key", "store.record_keys_file"}));
    CHECK(is_only_mistake(read(Flag("store.url", "memory:"), Flag("store.layout", "lucia-recipe")),
                          {"store.layout", "needs Redis", "store.url"}));
    CHECK(is_only_mistake(read(Flag("store.url", "redis+cluster://a"), Flag("store.layout", "lucia-recipe")),
                          {"store.layout", "Redis Cluster", "keep Lucia's sessions in one Redis", "store.url"}));
    CHECK(is_only_mistake(read(Flag("store.url", "redis+cluster://a"), Flag("store.migrate_from", "lucia-recipe")),
                          {"store.migrate_from", "Redis Cluster", "keep Lucia's sessions in one Redis", "store.url"}));
    CHECK(is_only_mistake(read(Flag("store.url", redis), Flag("store.layout", "lucia-recipe"),
                               Flag("store.migrate_from", "lucia-recipe")),
                          {"store.migrate_from", "needs store.layout = sessgate"}));
    CHECK(is_only_mistake(read(Flag("store.url", redis), Flag("store.layout", "lucia-recipe"),
                               Flag("store.lucia_session_prefix", "user_sessions")),
                          {"store.lucia_session_prefix", "must be another one"}));
    CHECK(is_only_mistake(read(Flag("store.lucia_index_prefix", "a b")), {"store.lucia_index_prefix", "visible"}));
}
