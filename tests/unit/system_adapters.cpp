#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <set>
#include <vector>

#include "sessgate/adapters/system.hpp"

namespace sessgate::tests {

TEST_CASE("the system's randomness fills all that is asked for, also more than its buffer holds") {
    adapters::SystemRandom random;
    std::vector<std::uint8_t> bytes(1000);
    random.fill(bytes);

    // A block of 20 zero bytes in a row would come by chance once in 10^45 runs.
    const std::array<std::uint8_t, 20> zeros{};
    CHECK(std::search(bytes.begin(), bytes.end(), zeros.begin(), zeros.end()) == bytes.end());
}

TEST_CASE("the system's randomness gives no bytes twice") {
    adapters::SystemRandom random;
    std::set<std::array<std::uint8_t, 16>> seen;
    for (int i = 0; i < 1000; ++i) {
        std::array<std::uint8_t, 16> bytes{};
        random.fill(bytes);
        CHECK(seen.insert(bytes).second);
    }
}

TEST_CASE("the system's clocks are those of the standard library, the wall clock in whole milliseconds") {
    const adapters::SystemClock clock;
    const auto wall_before = std::chrono::floor<core::Milliseconds>(std::chrono::system_clock::now());
    const auto steady_before = std::chrono::steady_clock::now();
    const auto wall = clock.wall();
    const auto steady = clock.steady();

    CHECK(wall >= wall_before);
    CHECK(wall <= std::chrono::system_clock::now());
    CHECK(steady >= steady_before);
    CHECK(steady <= std::chrono::steady_clock::now());
}

}  // namespace sessgate::tests
