#include <doctest/doctest.h>

#include <algorithm>
#include <thread>

#include "tests/support/lmdb_folder.hpp"
#include "tests/support/records.hpp"

namespace sessgate::tests {

TEST_CASE("the sweep removes what is past its store expiry, in small steps") {
    LmdbFolder folder;
    constexpr std::size_t expiring = 300;
    std::vector<core::SessionRecord> sessions;
    for (std::size_t i = 0; i < expiring + 5; ++i) {
        const bool lives = i >= expiring;
        sessions.push_back(a_session(folder.now() + (lives ? std::chrono::hours(1) : std::chrono::hours(0))));
        REQUIRE(folder.run(folder.store().create(sessions.back())).has_value());
    }
    folder.clock.advance(core::store_expiry(sessions.front()) - folder.now() + core::Milliseconds(1));

    std::size_t largest = 0;
    for (std::size_t count = folder.database().sweep(); count > 0; count = folder.database().sweep()) {
        largest = std::max(largest, count);
    }

    CHECK(largest <= 128);
    CHECK(folder.database().figures().swept == expiring);
    CHECK(folder.run(folder.store().find(sessions.front().id)).value() == std::nullopt);
    CHECK(folder.run(folder.store().sessions_of(a_user_id(), std::nullopt, 100)).value().sessions.size() == 5);
}

TEST_CASE("the writer sweeps by itself") {
    LmdbFolder folder;
    const core::SessionRecord session = a_session(folder.now());
    REQUIRE(folder.run(folder.store().create(session)).has_value());
    folder.clock.advance(std::chrono::days(30));

    while (folder.database().figures().swept == 0) std::this_thread::yield();

    CHECK(folder.run(folder.store().find(session.id)).value() == std::nullopt);
}

}  // namespace sessgate::tests
