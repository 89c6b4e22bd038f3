#include "sessgate/service/near_cache.hpp"

#include <doctest/doctest.h>
#include <malloc.h>

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

TEST_CASE("a full cache gives up the oldest and holds no more than its room") {
    NearCache cache(4);
    std::vector<core::SharedSession> sessions;
    for (int i = 0; i < 5; ++i) {
        sessions.push_back(shared_session());
        cache.put(sessions.back(), 1);
    }

    CHECK(kept_in(cache, sessions[0], 1) == nullptr);
    for (std::size_t i = 1; i < 5; ++i) CHECK(kept_in(cache, sessions[i], 1) == sessions[i]);
    CHECK(sessions[0].use_count() == 1);
}

TEST_CASE("a cache without room keeps nothing") {
    NearCache cache(0);
    const auto session = shared_session();
    cache.put(session, 1);
    CHECK(kept_in(cache, session, 1) == nullptr);
    CHECK(session.use_count() == 1);
}

TEST_CASE("a cache holds all the sessions that it has room for, and the newest of more than that") {
    constexpr std::size_t room = 3000;
    NearCache cache(room);
    std::vector<core::SharedSession> sessions;
    for (std::size_t i = 0; i < 3 * room; ++i) {
        sessions.push_back(shared_session());
        cache.put(sessions.back(), i);
        if (i + 1 < room) continue;
        CHECK(kept_in(cache, sessions[i + 1 - room], i + 1 - room) == sessions[i + 1 - room]);
    }
    for (std::size_t i = 0; i < sessions.size(); ++i) {
        const auto kept = kept_in(cache, sessions[i], i);
        if (i < 2 * room) {
            CHECK(kept == nullptr);
        } else {
            CHECK(kept == sessions[i]);
        }
    }
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
    std::vector<core::SharedSession> sessions;
    for (std::size_t i = 0; i < 20 * room; ++i) {
        sessions.push_back(shared_session());
        cache.put(sessions.back(), i)->answers[i % 2] = std::string(i, 'a');
        for (const std::size_t ago : {std::size_t{0}, i / 2, i}) cache.expect(sessions[i - ago]->id.view());
        cache.expect(stranger);
        CHECK(cache.find(stranger) == nullptr);
        const std::size_t oldest = sessions.size() - std::min(room, sessions.size());
        for (std::size_t j = oldest; j < sessions.size(); ++j) REQUIRE(kept_in(cache, sessions[j], j) == sessions[j]);
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
