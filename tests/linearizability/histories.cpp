#include <doctest/doctest.h>

#include "sessgate/adapters/lmdb_store.hpp"
#include "tests/linearizability/actors.hpp"
#include "tests/support/folder.hpp"
#include "tests/support/redis_server.hpp"

using namespace sessgate;
using namespace sessgate::tests;
using namespace std::chrono_literals;

namespace {

constexpr core::Milliseconds deadline = 40ms;

std::size_t sessions_wanted() {
    const char* const wanted = std::getenv("SESSGATE_HISTORIES");
    return wanted == nullptr ? 40 : std::strtoul(wanted, nullptr, 10);
}

/// Runs the actors while `disturb` is called again and again.
template <typename Disturb>
void run(Actors& actors, Disturb disturb) {
    std::jthread disturber([&](const std::stop_token& stop) {
        std::minstd_rand random(1);
        while (!stop.stop_requested()) disturb(random);
    });
    actors.run(sessions_wanted());
}

void check(const Actors& actors) {
    std::size_t wrong = 0;
    for (const History& history : actors.histories()) wrong += is_linearizable(history) ? 0U : 1U;
    MESSAGE(actors.histories().size() << " histories, " << actors.operations() << " operations, " << actors.failed()
                                      << " of them failed, " << actors.rotations() << " rotations");
    CHECK(wrong == 0);
    CHECK(actors.histories().size() >= sessions_wanted());
    CHECK(actors.failed() > 0);
    CHECK(actors.rotations() > 0);
}

}  // namespace

TEST_CASE(
    "each session in Redis changes as if in single instants, while the server is stopped and connections are cut") {
    RedisServer server;
    ServiceShards shards;
    adapters::RedisSettings settings = server.over_tcp();
    settings.deadline = deadline;
    auto database = adapters::RedisDatabase::open(settings, core::RecordCodec(), shards.clock, shards.log);
    REQUIRE(database.has_value());
    const auto open = [&](const ports::Executor& executor) { return (*database)->open_shard(executor); };
    Actors actors(shards, open, deadline);

    run(actors, [&](std::minstd_rand& random) {
        std::this_thread::sleep_for(std::chrono::milliseconds(random() % 40));
        if (random() % 2 == 0) {
            for (const char* kind : {"normal", "pubsub"}) server.ask({"CLIENT", "KILL", "TYPE", kind, "SKIPME", "yes"});
        } else {
            server.pause();
            std::this_thread::sleep_for(std::chrono::milliseconds(random() % 100));
            server.resume();
        }
    });

    check(actors);
}

TEST_CASE("each session in LMDB changes as if in single instants, while its writer is held up") {
    TemporaryFolder folder;
    ServiceShards shards;
    const adapters::LmdbSettings settings{.folder = folder.path() / "data", .deadline = deadline};
    auto database = adapters::LmdbDatabase::open(settings, core::RecordCodec(), shards.clock, shards.log);
    REQUIRE(database.has_value());
    const auto open = [&](const ports::Executor& executor) { return (*database)->open_shard(executor); };
    Actors actors(shards, open, deadline);

    run(actors, [&](std::minstd_rand& random) {
        std::this_thread::sleep_for(std::chrono::milliseconds(random() % 40));
        (*database)->pause();
        // Often for longer than a call may take, so that some writes fail and are made all the same.
        std::this_thread::sleep_for(std::chrono::milliseconds(random() % 300));
        (*database)->resume();
    });

    check(actors);
}
