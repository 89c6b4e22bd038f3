#include <doctest/doctest.h>

#include "tests/support/redis_harness.hpp"

namespace sessgate::tests {

TEST_CASE("how far Redis's clock is before ours is known once it was asked") {
    RedisHarness harness(one_redis(&RedisServer::over_unix));
    CHECK_FALSE(harness.database().state().clock_skew.has_value());

    REQUIRE(harness.run(harness.a().check()).has_value());

    // The harness's clock is a manual one, years ahead of the server's.
    const auto expected = std::chrono::system_clock::now().time_since_epoch() - harness.now().time_since_epoch();
    const auto known = harness.database().state().clock_skew;
    REQUIRE(known.has_value());
    CHECK(std::chrono::abs(*known - expected) < std::chrono::seconds(10));
}

}  // namespace sessgate::tests
