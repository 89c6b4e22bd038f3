#include "sessgate/core/ids.hpp"

#include <doctest/doctest.h>

#include <algorithm>

using namespace sessgate::core;

TEST_CASE("a user id is 1 to 128 bytes of visible ASCII without braces") {
    CHECK(UserId::parse("a").has_value());
    CHECK(UserId::parse(std::string(128, '~')).has_value());
    CHECK(UserId::parse("!#user@example.org/%20").has_value());

    CHECK_FALSE(UserId::parse("").has_value());
    CHECK_FALSE(UserId::parse(std::string(129, 'a')).has_value());
    for (const char* bad : {"a b", "a{b", "a}b", "a\tb", "a\x7f", "\xc3\xa4", "a\n"})
        CHECK_FALSE(UserId::parse(bad).has_value());
    CHECK_FALSE(UserId::parse(std::string_view("a\0b", 3)).has_value());
}

TEST_CASE("a session id is 20 characters a-z2-7") {
    CHECK(SessionId::parse("abcdefghijklmnopqrst").has_value());
    CHECK(SessionId::parse("uvwxyz234567aaaaaaaa").has_value());

    CHECK_FALSE(SessionId::parse("abcdefghijklmnopqrs").has_value());
    CHECK_FALSE(SessionId::parse("abcdefghijklmnopqrstu").has_value());
    for (const char bad : {'A', '0', '1', '8', '9', '-', ' ', '.', '\0'}) {
        std::string text = "abcdefghijklmnopqrst";
        text[7] = bad;
        CHECK_FALSE(SessionId::parse(text).has_value());
    }
}

TEST_CASE("a new session id stands in the bucket of its user and takes the rest from chance") {
    const UserId user = *UserId::parse("ada");
    std::array<std::uint8_t, SessionId::random_bytes> random{};
    const SessionId zeros = SessionId::make(user, random);
    random.fill(0xff);
    const SessionId ones = SessionId::make(user, random);

    // SHA-256("ada") begins fdee430d…: its first 15 bits are 11111 10111 10111.
    CHECK(bucket_of(user) == "7xx");
    CHECK(zeros.view() == "7xxaaaaaaaaaaaaaaaaa");
    CHECK(ones.view() == "7xx77777777777777777");
}

TEST_CASE("hashes of ids spread over the places of a table, also where the ids differ in few characters") {
    constexpr std::size_t places = 64;
    constexpr std::size_t count = places * 100;
    const auto fullest = [](const auto& id_of) {
        std::array<std::size_t, places> in_place{};
        for (std::size_t i = 0; i < count; ++i) ++in_place[id_of(i).hash() % places];
        return *std::ranges::max_element(in_place);
    };
    const std::string alphabet = "abcdefghijklmnopqrstuvwxyz234567";
    // Counts in three characters of a text, from `first` on.
    const auto counted = [&](std::string text, std::size_t first, std::size_t i) {
        for (std::size_t place = 0; place < 3; ++place, i /= alphabet.size()) text[first + place] = alphabet[i % 32];
        return *SessionId::parse(text);
    };
    // A hundred are expected in each; with chance alone 150 are five deviations away.
    for (std::size_t first = 0; first <= SessionId::length - 3; ++first) {
        CAPTURE(first);
        CHECK(fullest([&](std::size_t i) { return counted("abcdefghijklmnopqrst", first, i); }) < 150);
    }
    CHECK(fullest([&](std::size_t i) { return counted(std::string(64, 'a'), 20, i); }) < 150);
}

TEST_CASE("equal ids have equal hashes, and others have others") {
    const auto id = *SessionId::parse("abcdefghijklmnopqrst");
    CHECK(id.hash() == SessionId::parse("abcdefghijklmnopqrst")->hash());
    for (std::size_t i = 0; i < SessionId::length; ++i) {
        std::string text(id.view());
        text[i] = text[i] == 'z' ? 'y' : 'z';
        CHECK(SessionId::parse(text)->hash() != id.hash());
    }
}
