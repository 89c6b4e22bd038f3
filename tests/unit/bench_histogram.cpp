#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <random>
#include <vector>

#include "app/bench/drawing.hpp"
#include "app/bench/histogram.hpp"

using namespace sessgate::app::bench;
using namespace std::chrono_literals;

namespace {

std::vector<nanoseconds> some_latencies(std::size_t count) {
    std::mt19937_64 random(7);  // NOLINT(cert-msc51-cpp,bugprone-random-generator-seed): the same in each run
    std::lognormal_distribution<double> distribution(12, 2);
    std::vector<nanoseconds> latencies(count);
    for (nanoseconds& each : latencies) each = nanoseconds(static_cast<std::int64_t>(distribution(random)));
    return latencies;
}

}  // namespace

TEST_CASE("a quantile of many latencies is the true one or at most 1.6 % more") {
    std::vector<nanoseconds> latencies = some_latencies(10'000);
    Histogram histogram;
    for (const nanoseconds each : latencies) histogram.add(each);
    std::ranges::sort(latencies);

    for (const double share : {0.0001, 0.1, 0.5, 0.9, 0.99, 0.999, 1.0}) {
        CAPTURE(share);
        const auto rank = static_cast<std::size_t>(std::ceil(share * 10'000.0));
        const nanoseconds truth = latencies[rank - 1];
        CHECK(histogram.quantile(share) >= truth);
        CHECK(histogram.quantile(share).count() <= static_cast<double>(truth.count()) * 1.016);
    }
    CHECK(histogram.count() == 10'000);
    CHECK(histogram.min() == latencies.front());
    CHECK(histogram.max() == latencies.back());
}

TEST_CASE("each bucket of latencies ends where the next begins") {
    Histogram histogram;
    for (std::int64_t value = 0; value < 8192; ++value) histogram.add(nanoseconds(value));

    std::uint64_t below = 0;
    histogram.each_bucket([&](nanoseconds end, std::uint64_t count) {
        below += count;
        CHECK(end.count() + 1 == static_cast<std::int64_t>(std::max<std::uint64_t>(below, 1)));
    });
}

TEST_CASE("latencies of two threads add up to those of both") {
    Histogram first;
    Histogram second;
    first.add(10us);
    second.add(30us);
    second.add(20us);

    first.add(second);

    CHECK(first.count() == 3);
    CHECK(first.min() == 10us);
    CHECK(first.max() == 30us);
    CHECK(first.mean() == 20us);
    CHECK(first.quantile(0.5) >= 20us);
    CHECK(first.quantile(0.5) < 21us);
}

TEST_CASE("a histogram without latencies is all zeros") {
    const Histogram none;

    CHECK(none.count() == 0);
    CHECK(none.min() == 0ns);
    CHECK(none.mean() == 0ns);
    CHECK(none.quantile(0.99) == 0ns);
}

TEST_CASE("a latency over an hour counts as an hour and one below zero as none") {
    Histogram histogram;
    histogram.add(5h);
    histogram.add(-1ns);

    CHECK(histogram.max() == 1h);
    CHECK(histogram.min() == 0ns);
}

TEST_CASE("latencies are drawn as rows with a bar for each, and few stay visible beside many") {
    Histogram histogram;
    for (int i = 0; i < 999; ++i) histogram.add(120us);
    histogram.add(1500us);

    const std::string drawing = drawing_of(histogram);

    CHECK(drawing.find("   150 µs   99.90 %            999  " + std::string(50, '#') + "\n") == 0);
    CHECK(drawing.find("  1.50 ms    0.10 %              1  #\n") != std::string::npos);
    CHECK(std::ranges::count(drawing, '\n') == 7);  // 150, 200, 300, 500 and 700 µs, 1 and 1.5 ms
}

TEST_CASE("a time is shown with three digits in the unit that suits it") {
    CHECK(short_text(1234ns) == "1.23 µs");
    CHECK(short_text(12'345ns) == "12.3 µs");
    CHECK(short_text(310us) == "310 µs");
    CHECK(short_text(999'600ns) == "1.00 ms");
    CHECK(short_text(2s) == "2.00 s");
    CHECK(grouped(0) == "0");
    CHECK(grouped(999) == "999");
    CHECK(grouped(1'234'567) == "1,234,567");
}
