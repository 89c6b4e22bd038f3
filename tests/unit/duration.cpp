#include "sessgate/core/duration.hpp"

#include <doctest/doctest.h>

using namespace sessgate::core;
using namespace std::chrono_literals;

TEST_CASE("a duration is read in each of its units") {
    CHECK(parse_duration("250ms") == 250ms);
    CHECK(parse_duration("10s") == 10s);
    CHECK(parse_duration("5m") == 5min);
    CHECK(parse_duration("24h") == 24h);
    CHECK(parse_duration("14d") == Milliseconds(std::chrono::days(14)));
    CHECK(parse_duration("0") == 0ms);
    CHECK(parse_duration("0s") == 0ms);
}

TEST_CASE("a text that is not exactly one duration is refused") {
    for (const char* text : {"", "24", "h", "-1s", "+1s", "1 s", " 1s", "1s ", "1.5h", "1h30m", "1S", "1w", "0x10s"}) {
        CAPTURE(text);
        CHECK(parse_duration(text) == std::nullopt);
    }
}

TEST_CASE("a duration of a hundred years is read and a longer one is refused") {
    CHECK(parse_duration("36500d") == Milliseconds(std::chrono::days(36'500)));
    CHECK(parse_duration("36501d") == std::nullopt);
    CHECK(parse_duration("4294967295d") == std::nullopt);
    CHECK(parse_duration("4294967296ms") == std::nullopt);
}

TEST_CASE("a duration is written in the largest unit that divides it") {
    CHECK(to_text(0ms) == "0s");
    CHECK(to_text(250ms) == "250ms");
    CHECK(to_text(90s) == "90s");
    CHECK(to_text(24h) == "1d");
    CHECK(to_text(25h) == "25h");
}
