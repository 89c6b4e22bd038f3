#include "sessgate/service/near_cache.hpp"

#include <doctest/doctest.h>
#include <malloc.h>

#include <algorithm>

#include "tests/support/records.hpp"

using namespace sessgate;
using namespace sessgate::tests;
using core::SessionRecord;
using service::NearCache;

namespace {

/// Of this process; 0 where the sanitizers have a heap of their own.
std::size_t heap_bytes() {
    const struct mallinfo2 heap = ::mallinfo2();
    return heap.uordblks + heap.hblkhd;
}

core::SharedSession shared_session() {
    return std::make_shared<const SessionRecord>(a_session(core::from_ms(1'000'000)));
}

/// What is kept under that id and version; null when nothing is.
core::SharedSession kept_in(NearCache& cache, const core::SharedSession& session, std::uint64_t version) {
    const service::KeptSession* const kept = cache.find(session->id, version);
    return kept ? kept->session : nullptr;
}

/// As a request does: looks it up, and puts it in where it is not. Whether it was there.
bool ask_in(NearCache& cache, const core::SharedSession& session) {
    if (cache.find(session->id, 1) != nullptr) return true;
    cache.put(session, 1);
    return false;
}

}  // namespace

TEST_CASE("a record is found under the version that it was read under, and under no other") {
    NearCache cache(16);
    const auto session = shared_session();
    CHECK(kept_in(cache, session, 7) == nullptr);

    cache.put(session, 7);

    CHECK(kept_in(cache, session, 7) == session);
    CHECK(kept_in(cache, session, 6) == nullptr);
    CHECK(kept_in(cache, session, 8) == nullptr);
    CHECK(kept_in(cache, shared_session(), 7) == nullptr);
}

TEST_CASE("a record that was read again takes the place of the one before") {
    NearCache cache(4);
    const auto before = shared_session();
    const auto after = std::make_shared<const SessionRecord>(*before);
    cache.put(before, 1);
    cache.put(after, 2);

    CHECK(kept_in(cache, before, 1) == nullptr);
    CHECK(kept_in(cache, before, 2) == after);
    for (int i = 0; i < 3; ++i) cache.put(shared_session(), 2);
    CHECK(kept_in(cache, before, 2) == after);
}

TEST_CASE("ids that share all but a few characters are told apart") {
    NearCache cache(4);
    SessionRecord record = *shared_session();
    const auto session = std::make_shared<const SessionRecord>(record);
    std::string text(record.id.view());
    text.back() = text.back() == 'a' ? 'b' : 'a';
    record.id = core::SessionId::parse(text).value();
    const auto neighbour = std::make_shared<const SessionRecord>(record);
    cache.put(session, 1);

    CHECK(kept_in(cache, neighbour, 1) == nullptr);
    cache.put(neighbour, 1);
    CHECK(kept_in(cache, session, 1) == session);
    CHECK(kept_in(cache, neighbour, 1) == neighbour);
}

TEST_CASE("a full cache lets in what is read a second time, and one that nobody used goes for it") {
    NearCache cache(4);
    std::vector<core::SharedSession> sessions;
    for (int i = 0; i < 4; ++i) {
        sessions.push_back(shared_session());
        cache.put(sessions.back(), 1);
    }
    for (const std::size_t used : {0U, 1U, 3U}) CHECK(kept_in(cache, sessions[used], 1) == sessions[used]);
    const auto newcomer = shared_session();

    CHECK(cache.put(newcomer, 1) == nullptr);
    CHECK(newcomer.use_count() == 1);
    CHECK(sessions[2].use_count() == 2);
    REQUIRE(cache.put(newcomer, 1) != nullptr);

    CHECK(kept_in(cache, newcomer, 1) == newcomer);
    CHECK(kept_in(cache, sessions[2], 1) == nullptr);
    CHECK(sessions[2].use_count() == 1);
    for (const std::size_t used : {0U, 1U, 3U}) CHECK(kept_in(cache, sessions[used], 1) == sessions[used]);
}

TEST_CASE("where all are in use one of them goes for a newcomer all the same") {
    constexpr std::size_t room = 100;
    NearCache cache(room);
    std::vector<core::SharedSession> sessions;
    for (std::size_t i = 0; i < room; ++i) {
        sessions.push_back(shared_session());
        cache.put(sessions.back(), 1);
    }
    for (const auto& session : sessions) CHECK(kept_in(cache, session, 1) == session);

    const auto newcomer = shared_session();
    for (int i = 0; i < 2; ++i) CHECK_FALSE(ask_in(cache, newcomer));
    CHECK(ask_in(cache, newcomer));
    CHECK(std::ranges::count_if(sessions, [&](const auto& one) { return kept_in(cache, one, 1) == one; }) == room - 1);
}

TEST_CASE("more sessions than there is room for, asked for in turn, do not drive each other out") {
    constexpr std::size_t room = 1000;
    NearCache cache(room);
    std::vector<core::SharedSession> sessions;
    for (std::size_t i = 0; i < 8 * room; ++i) sessions.push_back(shared_session());
    const auto hits_of_a_round = [&] {
        return std::ranges::count_if(sessions, [&](const auto& session) { return ask_in(cache, session); });
    };

    CHECK(hits_of_a_round() == 0);
    for (int round = 0; round < 3; ++round) CHECK(hits_of_a_round() > 0.9 * room);
}

TEST_CASE("a session that is used all the time comes into a full cache and stays there, whatever passes by") {
    constexpr std::size_t room = 64;
    NearCache cache(room);
    for (std::size_t i = 0; i < room; ++i) cache.put(shared_session(), 1);
    const auto in_use = shared_session();
    const auto hits_among_strangers = [&] {
        int hits = 0;
        for (int i = 0; i < 100; ++i) {
            hits += ask_in(cache, in_use);
            for (int j = 0; j < 10; ++j) ask_in(cache, shared_session());
        }
        return hits;
    };

    CHECK(hits_among_strangers() > 50);
    CHECK(hits_among_strangers() == 100);
}

TEST_CASE("a cache without room keeps nothing") {
    NearCache cache(0);
    const auto session = shared_session();
    cache.put(session, 1);
    CHECK(kept_in(cache, session, 1) == nullptr);
    CHECK(session.use_count() == 1);
}

TEST_CASE("a cache holds as many sessions as it has room for, whatever comes and goes") {
    constexpr std::size_t room = 3000;
    NearCache cache(room);
    std::vector<core::SharedSession> sessions;
    for (std::size_t i = 0; i < 3 * room; ++i) {
        sessions.push_back(shared_session());
        for (int time = 0; time < 2; ++time) cache.put(sessions.back(), i);
        CHECK(kept_in(cache, sessions.back(), i) == sessions.back());
    }

    std::size_t count = 0;
    for (std::size_t i = 0; i < sessions.size(); ++i) {
        const auto kept = kept_in(cache, sessions[i], i);
        if (kept == nullptr) continue;
        CHECK(kept == sessions[i]);
        ++count;
    }
    CHECK(count == room);
}

TEST_CASE("a record is found whatever its version, and none under an id that is not kept") {
    NearCache cache(16);
    const auto session = shared_session();
    CHECK(cache.find(session->id.view()) == nullptr);
    cache.put(session, 3);

    const service::KeptSession* const kept = cache.find(session->id.view());
    REQUIRE(kept != nullptr);
    CHECK(kept->version == 3);
    CHECK(cache.find(shared_session()->id.view()) == nullptr);
}

TEST_CASE("what was known of a record is forgotten with it") {
    NearCache cache(16);
    const auto session = shared_session();
    service::KeptSession* const kept = cache.put(session, 1);
    kept->secret.fill('A');
    kept->answers[0] = "made of the old record";

    const service::KeptSession* const after = cache.put(session, 2);
    CHECK(after->secret == core::SecretText{});
    CHECK(after->plain_until == core::WallTime::min());
    CHECK(after->answers[0].empty());
}

TEST_CASE("to expect ids changes nothing, whatever they are and whatever comes and goes in between") {
    constexpr std::size_t room = 64;
    const std::string stranger(core::SessionId::length, '\xff');
    NearCache cache(room);
    NearCache without(room);
    std::vector<core::SharedSession> sessions;
    for (std::size_t i = 0; i < 20 * room; ++i) {
        sessions.push_back(shared_session());
        for (NearCache* const each : {&cache, &without}) {
            each->put(sessions.back(), i);
            each->put(sessions.back(), i)->answers[i % 2] = std::string(i, 'a');
        }
        for (const std::size_t ago : {std::size_t{0}, i / 2, i}) cache.expect(sessions[i - ago]->id.view());
        cache.expect(stranger);
        CHECK(cache.find(stranger) == nullptr);
        for (std::size_t j = 0; j <= i; ++j) {
            REQUIRE(kept_in(cache, sessions[j], j) == kept_in(without, sessions[j], j));
        }
        REQUIRE(kept_in(cache, sessions[i], i) == sessions[i]);
    }
}

TEST_CASE("a kept session takes at most 600 bytes beside its record, with its answer of the usual length") {
    constexpr std::size_t count = 32'768;  // the table has just grown: as many slots for each as there ever are
    constexpr std::size_t usual_answer = 270;
    std::vector<core::SharedSession> sessions;
    for (std::size_t i = 0; i <= count; ++i) sessions.push_back(shared_session());
    const std::size_t before = heap_bytes();
    NearCache cache(count + 1);
    for (const auto& session : sessions) cache.put(session, 1)->answers[0].assign(usual_answer, 'a');
    // What those before had does not stay with the place.
    for (const auto& session : sessions) cache.put(session, 2)->answers[1].assign(usual_answer, 'a');

    const std::size_t each = (heap_bytes() - before) / count;
    MESSAGE(each << " bytes for each");
    CHECK(each <= 600);
    CHECK((each > usual_answer || heap_bytes() == 0));
}
