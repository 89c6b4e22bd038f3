#include "adapters/redis/sentinel_choice.hpp"

#include <doctest/doctest.h>

#include <vector>

namespace sessgate::tests {

using adapters::redis::Address;
using adapters::redis::SentinelChoice;
using Told = std::vector<SentinelChoice::Told>;
using namespace std::chrono_literals;

namespace {

constexpr core::SteadyTime start{1h};
const Address one{"10.0.0.1", 6379, {}};
const Address other{"10.0.0.2", 6379, {}};

}  // namespace

TEST_CASE("of what sentinels name the newest holds, and one that was cut off is not followed back") {
    SentinelChoice choice(3);
    CHECK_FALSE(choice.choose({}, start));
    CHECK(choice.choose(Told{{1, one}, {1, one}}, start) == one);
    CHECK(choice.choose(Told{{1, one}, {2, other}}, start) == other);
    CHECK_FALSE(choice.choose(Told{{1, one}}, start + 1h));
    CHECK_FALSE(choice.choose(Told{{1, one}}, start + 2h));
    CHECK(choice.choose(Told{{2, other}}, start + 2h) == other);
}

TEST_CASE("sentinels that were set up anew are followed after a while, when they are most of them") {
    SentinelChoice choice(3);
    REQUIRE(choice.choose(Told{{5, one}}, start) == one);
    const Told anew{{0, other}, {0, other}};

    CHECK_FALSE(choice.choose(anew, start + 1h));
    CHECK_FALSE(choice.choose(anew, start + 1h + SentinelChoice::patience - 1ms));
    CHECK(choice.choose(anew, start + 1h + SentinelChoice::patience) == other);
    CHECK(choice.choose(Told{{1, one}}, start + 2h) == one);
}

TEST_CASE("one sentinel that still knows the newest is enough for the others to be behind") {
    SentinelChoice choice(3);
    REQUIRE(choice.choose(Told{{5, one}}, start) == one);
    const Told behind{{4, other}, {4, other}};

    CHECK_FALSE(choice.choose(behind, start + 1s));
    CHECK(choice.choose(Told{{4, other}, {4, other}, {5, one}}, start + 9s) == one);
    CHECK_FALSE(choice.choose(behind, start + 12s));
}

}  // namespace sessgate::tests
