#include "sessgate/http/peer_rates.hpp"

#include <doctest/doctest.h>

namespace sessgate::http {
namespace {

using namespace std::chrono_literals;

constexpr core::SteadyTime start{std::chrono::hours(1)};

core::IpAddress address(std::uint8_t last) {
    core::IpAddress address{};
    address.back() = last;
    return address;
}

std::size_t taken(PeerRate& rate, core::SteadyTime now, std::size_t per_second) {
    std::size_t count = 0;
    while (rate.take(now, per_second)) ++count;
    return count;
}

}  // namespace

TEST_CASE("a peer may ask as often at once as in a second, and then evenly") {
    PeerRate rate;
    CHECK(taken(rate, start, 10) == 10);
    CHECK(taken(rate, start + 99ms, 10) == 0);
    CHECK(taken(rate, start + 100ms, 10) == 1);
    CHECK(taken(rate, start + 350ms, 10) == 2);
    CHECK(taken(rate, start + 10s, 10) == 10);
}

TEST_CASE("requests that are refused do not push the next one back") {
    PeerRate rate;
    REQUIRE(taken(rate, start, 4) == 4);
    for (int i = 0; i < 1000; ++i) CHECK_FALSE(rate.take(start + 1ms, 4));

    CHECK(rate.take(start + 250ms, 4));
}

TEST_CASE("a new connection is no new start, and peers that have gone are forgotten when they have rested") {
    PeerRates rates;
    REQUIRE(taken(*rates.of(address(1), start), start, 5) == 5);
    CHECK(taken(*rates.of(address(1), start), start, 5) == 0);

    const auto connected = rates.of(address(2), start);
    for (std::uint32_t i = 0; i < 5000; ++i) {
        core::IpAddress other{};
        other[0] = static_cast<std::uint8_t>(i >> 8);
        other[1] = static_cast<std::uint8_t>(i);
        rates.of(other, start + 2s);
    }
    CHECK(rates.size() < 1100);
    CHECK(rates.of(address(2), start + 2s) == connected);
}

}  // namespace sessgate::http
