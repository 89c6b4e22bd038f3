#include <doctest/doctest.h>

#include "tests/support/lmdb_folder.hpp"
#include "tests/support/records.hpp"

namespace sessgate::tests {

using core::Errc;
using ports::Created;
using ports::Replaced;

namespace {

/// Two shards on one io_context, and a writer that waits until both have queued their calls.
class Batch {
public:
    Batch() { folder.database().pause(); }

    /// Queues the call now, to be decided with the others in one transaction, in the order of queueing.
    template <typename T>
    void queue(ports::Async<T> call, Answer<T>& answer) {
        start(folder.context(), std::move(call), answer);
        folder.context().restart();
        folder.context().poll();
    }

    void commit() {
        folder.database().resume();
        folder.context().restart();
        folder.context().run();
    }

    std::uint64_t transactions() { return folder.database().figures().transactions; }

    LmdbFolder folder;
    std::unique_ptr<ports::SessionStore> other = folder.database().open_shard(folder.context().get_executor());
};

}  // namespace

TEST_CASE("calls in one transaction see each other in the order of their queueing") {
    Batch batch;
    ports::SessionStore& a = batch.folder.store();
    ports::SessionStore& b = *batch.other;
    const core::SessionRecord session = a_session(batch.folder.now());
    const core::SessionRecord later = renewed(session, batch.folder.now() + std::chrono::hours(30));
    batch.folder.database().resume();
    REQUIRE(batch.folder.run(a.create(session)).has_value());
    batch.folder.database().pause();
    const std::uint64_t before = batch.transactions();

    SUBCASE("a revocation before a renewal wins") {
        Answer<bool> revoked;
        Answer<Replaced> replaced;
        batch.queue(b.revoke(session.id), revoked);
        batch.queue(a.replace(session, later), replaced);
        batch.commit();

        CHECK(revoked.result.value().value() == true);
        CHECK(replaced.result.value().value() == Replaced::gone);
        CHECK(batch.folder.run(a.find(session.id)).value() == std::nullopt);
    }

    SUBCASE("a revocation behind a renewal wins too") {
        Answer<bool> revoked;
        Answer<Replaced> replaced;
        batch.queue(a.replace(session, later), replaced);
        batch.queue(b.revoke(session.id), revoked);
        batch.commit();

        CHECK(replaced.result.value().value() == Replaced::replaced);
        CHECK(revoked.result.value().value() == true);
        CHECK(batch.folder.run(a.find(session.id)).value() == std::nullopt);
    }

    SUBCASE("of two promotions the first is made") {
        Answer<Replaced> first;
        Answer<Replaced> second;
        core::SessionRecord other = later;
        other.hash[0] ^= 1;
        batch.queue(a.replace(session, later), first);
        batch.queue(b.replace(session, other), second);
        batch.commit();

        CHECK(first.result.value().value() == Replaced::replaced);
        CHECK(second.result.value().value() == Replaced::changed);
        CHECK(batch.folder.run(a.find(session.id)).value() == later);
    }

    SUBCASE("of two creations under one id the first is made") {
        Answer<Created> first;
        Answer<Created> second;
        const core::SessionRecord mine = a_session(batch.folder.now());
        core::SessionRecord theirs = a_session(batch.folder.now(), a_user_id("eve"));
        theirs.id = mine.id;
        batch.queue(a.create(mine), first);
        batch.queue(b.create(theirs), second);
        batch.commit();

        CHECK(first.result.value().value() == Created::created);
        CHECK(second.result.value().error() == Errc::session_exists);
        CHECK(batch.folder.run(b.find(mine.id)).value() == mine);
    }

    SUBCASE("a creation behind a user change is told of it") {
        Answer<Replaced> changed;
        Answer<Created> created;
        batch.queue(b.replace_user(std::nullopt, a_user(1)), changed);
        batch.queue(a.create(a_session(batch.folder.now())), created);
        batch.commit();

        CHECK(changed.result.value().value() == Replaced::replaced);
        CHECK(created.result.value().value() == Created::user_changed);
    }

    SUBCASE("a creation before revoke-all is ended by it and one behind it lives") {
        Answer<Created> before_it;
        Answer<std::size_t> ended;
        Answer<Created> behind_it;
        const core::SessionRecord early = a_session(batch.folder.now());
        const core::SessionRecord late = a_session(batch.folder.now());
        batch.queue(a.create(early), before_it);
        batch.queue(b.revoke_all(session.user, std::nullopt), ended);
        batch.queue(a.create(late), behind_it);
        batch.commit();

        CHECK(ended.result.value().value() == 2);
        CHECK(batch.folder.run(a.find(early.id)).value() == std::nullopt);
        CHECK(batch.folder.run(a.find(late.id)).value() == late);
    }

    CHECK(batch.transactions() == before + 1);
}

TEST_CASE("a session that is created between two steps of revoke-all lives") {
    Batch batch;
    ports::SessionStore& store = batch.folder.store();
    batch.folder.database().resume();
    for (int i = 0; i < 100; ++i) REQUIRE(batch.folder.run(store.create(a_session(batch.folder.now()))).has_value());
    batch.folder.database().pause();

    Answer<std::size_t> ended;
    std::vector<Answer<Created>> created(40);
    std::vector<core::SessionRecord> sessions;
    batch.queue(batch.other->revoke_all(a_user_id(), std::nullopt), ended);
    for (auto& answer : created) {
        sessions.push_back(a_session(batch.folder.now()));
        batch.queue(store.create(sessions.back()), answer);
    }
    batch.commit();

    CHECK(ended.result.value().value() == 100);
    for (const auto& session : sessions) CHECK(batch.folder.run(store.find(session.id)).value() == session);
}

TEST_CASE("many writes that wait together take few transactions") {
    Batch batch;
    std::vector<Answer<Created>> answers(1000);
    const std::uint64_t before = batch.transactions();
    for (auto& answer : answers) {
        start(batch.folder.context(), batch.folder.store().create(a_session(batch.folder.now())), answer);
    }
    batch.folder.context().poll();
    batch.commit();

    for (const auto& answer : answers) {
        CHECK(answer.times == 1);
        CHECK(answer.result.value().value() == Created::created);
    }
    CHECK(batch.transactions() - before <= 1000 / 64 + 1);
}

}  // namespace sessgate::tests
