#include <doctest/doctest.h>

#include <thread>

#include "tests/support/lmdb_folder.hpp"
#include "tests/support/records.hpp"

namespace sessgate::tests {

using core::Errc;
using ports::Created;

TEST_CASE("a write that is not on disk by its deadline is answered with store_timeout, and its late answer dropped") {
    LmdbFolder folder({.deadline = core::Milliseconds(20)});
    const core::SessionRecord session = a_session(folder.now());
    Answer<Created> answer;
    folder.database().pause();

    start(folder.context(), folder.store().create(session), answer);
    folder.context().run();
    REQUIRE(answer.result.value().has_error());
    CHECK(answer.result.value().error() == Errc::store_timeout);

    folder.database().resume();
    // One write behind it is answered, so the late answer has come before.
    while (folder.run(folder.store().revoke(a_session(folder.now()).id)).has_error()) continue;
    CHECK(answer.times == 1);
    CHECK(folder.run(folder.store().find(session.id)).value() == session);
}

TEST_CASE("a deadline that is not near leaves nothing behind that keeps a context running") {
    LmdbFolder folder;

    const auto begin = std::chrono::steady_clock::now();
    REQUIRE(folder.run(folder.store().create(a_session(folder.now()))).has_value());

    CHECK(std::chrono::steady_clock::now() - begin < LmdbFolder::patience / 2);
}

TEST_CASE("a full queue refuses at once") {
    LmdbFolder folder({.queue_max = 2});
    std::vector<Answer<Created>> answers(3);
    folder.database().pause();

    for (auto& answer : answers) start(folder.context(), folder.store().create(a_session(folder.now())), answer);
    folder.context().poll();
    REQUIRE(answers[2].result.has_value());
    CHECK(answers[2].result->error() == Errc::store_unavailable);
    CHECK(!answers[0].result.has_value());

    folder.database().resume();
    folder.context().restart();
    folder.context().run();
    CHECK(answers[0].result.value().value() == Created::created);
    CHECK(answers[1].result.value().value() == Created::created);
}

TEST_CASE("closing the database finishes the writes that were queued") {
    LmdbFolder folder;
    const core::SessionRecord session = a_session(folder.now());
    Answer<Created> answer;
    folder.database().pause();
    start(folder.context(), folder.store().create(session), answer);
    folder.context().poll();

    folder.close();
    folder.context().restart();
    folder.context().run();
    CHECK(answer.result.value().value() == Created::created);

    folder.open();
    CHECK(folder.run(folder.store().find(session.id)).value() == session);
}

TEST_CASE("a context may go while its writes are under way, and nobody is resumed") {
    LmdbFolder folder;
    const core::SessionRecord session = a_session(folder.now());
    Answer<Created> answer;
    folder.database().pause();

    SUBCASE("after the shard's store") {
        boost::asio::io_context context;
        const auto store = folder.database().open_shard(context.get_executor());
        start(context, store->create(session), answer);
        context.poll();
    }
    SUBCASE("before the shard's store") {
        auto context = std::make_unique<boost::asio::io_context>();
        const auto store = folder.database().open_shard(context->get_executor());
        start(*context, store->create(session), answer);
        context->poll();
        context.reset();
    }
    SUBCASE("with an answer that was delivered and not taken") {
        boost::asio::io_context context;
        const auto store = folder.database().open_shard(context.get_executor());
        start(context, store->create(session), answer);
        context.poll();
        folder.database().resume();
        REQUIRE(folder.run(folder.store().revoke(a_session(folder.now()).id)).has_value());
    }

    folder.database().resume();
    REQUIRE(folder.run(folder.store().revoke(a_session(folder.now()).id)).has_value());
    CHECK(answer.times == 0);
    CHECK(folder.run(folder.store().find(session.id)).value() == session);
}

namespace {

/// Renews the session under `id` `count` times, reading again whenever another shard was faster.
ports::Async<int> renew_often(ports::SessionStore& store, core::SessionId id, int count, std::thread::id own_thread) {
    int conflicts = 0;
    for (int done = 0; done < count;) {
        const auto found = co_await store.find(id);
        const core::SessionRecord read = found.value().value();
        core::SessionRecord desired = read;
        desired.active_period += core::Milliseconds(1);
        const auto replaced = co_await store.replace(read, desired);
        if (std::this_thread::get_id() != own_thread) co_return -1;
        replaced.value() == ports::Replaced::replaced ? ++done : ++conflicts;
    }
    co_return conflicts;
}

}  // namespace

TEST_CASE("shards on threads of their own lose no write, and each is resumed on its thread") {
    constexpr int shards = 3;
    constexpr int renewals = 100;
    LmdbFolder folder;
    const core::SessionRecord session = a_session(folder.now());
    REQUIRE(folder.run(folder.store().create(session)).has_value());

    std::vector<int> conflicts(shards, -1);
    std::vector<std::thread> threads;
    for (int& outcome : conflicts) {
        threads.emplace_back([&folder, &session, &outcome] {
            boost::asio::io_context context;
            const auto store = folder.database().open_shard(context.get_executor());
            outcome = run_on(context, renew_often(*store, session.id, renewals, std::this_thread::get_id())).value();
        });
    }
    for (std::thread& thread : threads) thread.join();

    for (const int outcome : conflicts) CHECK(outcome >= 0);
    const auto last = folder.run(folder.store().find(session.id)).value().value();
    CHECK(last.active_period == session.active_period + core::Milliseconds(shards * renewals));
}

}  // namespace sessgate::tests
