#include "sessgate/core/ids.hpp"

#include <doctest/doctest.h>

using namespace sessgate::core;

TEST_CASE("a user id is 1 to 128 bytes of visible ASCII without braces") {
    CHECK(UserId::parse("a").has_value());
    CHECK(UserId::parse(std::string(128, '~')).has_value());
    CHECK(UserId::parse("!#user@example.org/%20").has_value());

    CHECK_FALSE(UserId::parse("").has_value());
    CHECK_FALSE(UserId::parse(std::string(129, 'a')).has_value());
    for (const char* bad : {"a b", "a{b", "a}b", "a\tb", "a\x7f", "\xc3\xa4", "a\n"}) CHECK_FALSE(UserId::parse(bad).has_value());
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
