#include "sessgate/service/near_cache.hpp"

#include <doctest/doctest.h>

#include "tests/support/records.hpp"

using namespace sessgate;
using namespace sessgate::tests;
using core::SessionRecord;
using service::NearCache;

namespace {

constexpr auto age_max = std::chrono::seconds(60);
constexpr core::WallTime now{std::chrono::hours(1)};

core::SharedSession shared_session() {
    return std::make_shared<const SessionRecord>(a_session(core::from_ms(1'000'000)));
}

}  // namespace

TEST_CASE("a record is found under the version that it was read under, and under no other") {
    NearCache cache(16, age_max);
    const auto session = shared_session();
    CHECK(cache.find(session->id, 7, now) == nullptr);

    cache.put(session, 7, now);

    CHECK(cache.find(session->id, 7, now) == session);
    CHECK(cache.find(session->id, 6, now) == nullptr);
    CHECK(cache.find(session->id, 8, now) == nullptr);
    CHECK(cache.find(shared_session()->id, 7, now) == nullptr);
}

TEST_CASE("a record that was read again takes the place of the one before") {
    NearCache cache(4, age_max);
    const auto before = shared_session();
    const auto after = std::make_shared<const SessionRecord>(*before);
    cache.put(before, 1, now);
    cache.put(after, 2, now);

    CHECK(cache.find(before->id, 1, now) == nullptr);
    CHECK(cache.find(before->id, 2, now) == after);
    for (int i = 0; i < 3; ++i) cache.put(shared_session(), 2, now);
    CHECK(cache.find(before->id, 2, now) == after);
}

TEST_CASE("a record is found up to its highest age, and not where the clock was put back since") {
    NearCache cache(4, age_max);
    const auto session = shared_session();
    cache.put(session, 1, now);

    CHECK(cache.find(session->id, 1, now + age_max) == session);
    CHECK(cache.find(session->id, 1, now + age_max + core::Milliseconds(1)) == nullptr);
    CHECK(cache.find(session->id, 1, now - core::Milliseconds(1)) == nullptr);

    cache.put(session, 1, now + age_max);
    CHECK(cache.find(session->id, 1, now + age_max * 2) == session);
}

TEST_CASE("ids that share all but a few characters are told apart") {
    NearCache cache(4, age_max);
    SessionRecord record = *shared_session();
    const auto session = std::make_shared<const SessionRecord>(record);
    std::string text(record.id.view());
    text.back() = text.back() == 'a' ? 'b' : 'a';
    record.id = core::SessionId::parse(text).value();
    const auto neighbour = std::make_shared<const SessionRecord>(record);
    cache.put(session, 1, now);

    CHECK(cache.find(neighbour->id, 1, now) == nullptr);
    cache.put(neighbour, 1, now);
    CHECK(cache.find(session->id, 1, now) == session);
    CHECK(cache.find(neighbour->id, 1, now) == neighbour);
}

TEST_CASE("a full cache gives up the oldest and holds no more than its room") {
    NearCache cache(4, age_max);
    std::vector<core::SharedSession> sessions;
    for (int i = 0; i < 5; ++i) {
        sessions.push_back(shared_session());
        cache.put(sessions.back(), 1, now);
    }

    CHECK(cache.find(sessions[0]->id, 1, now) == nullptr);
    for (std::size_t i = 1; i < 5; ++i) CHECK(cache.find(sessions[i]->id, 1, now) == sessions[i]);
    CHECK(sessions[0].use_count() == 1);
}

TEST_CASE("a cache without room keeps nothing") {
    NearCache cache(0, age_max);
    const auto session = shared_session();
    cache.put(session, 1, now);
    CHECK(cache.find(session->id, 1, now) == nullptr);
    CHECK(session.use_count() == 1);
}

TEST_CASE("most of the sessions that a cache has room for are there at once") {
    constexpr std::size_t room = 4096;
    NearCache cache(room, age_max);
    std::vector<core::SharedSession> sessions;
    for (std::size_t i = 0; i < room / 2; ++i) {
        sessions.push_back(shared_session());
        cache.put(sessions.back(), 1, now);
    }
    std::size_t found = 0;
    for (const auto& session : sessions) found += cache.find(session->id, 1, now) != nullptr;
    CHECK(found > sessions.size() * 9 / 10);
}
