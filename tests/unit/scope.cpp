#include "sessgate/core/scope.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace sessgate::core;

TEST_CASE("a scope is 16 to 128 visible characters") {
    CHECK(!is_scope(""));
    CHECK(!is_scope(std::string(15, 'a')));
    CHECK(is_scope(std::string(16, 'a')));
    CHECK(is_scope(std::string(128, '~')));
    CHECK(!is_scope(std::string(129, 'a')));
    for (const char c : {' ', '\t', '\x7f', '\x80', '\0'}) {
        std::string text(20, 'a');
        text[7] = c;
        CHECK(!is_scope(text));
    }
}

TEST_CASE("a random scope is 32 hex digits, plain or dashed as a UUID, and not always the same few") {
    CHECK(is_random_scope("3f1c9a70b2d4e5866a0f7c1de2934b58"));
    CHECK(is_random_scope("3F1C9A70B2D4E5866A0F7C1DE2934B58"));
    CHECK(is_random_scope("3f1c9a70-b2d4-4586-9a0f-7c1de2934b58"));
    CHECK(!is_random_scope("3f1c9a70b2d4e5866a0f7c1de2934b5"));
    CHECK(!is_random_scope("3f1c9a70b2d4e5866a0f7c1de2934b588"));
    CHECK(!is_random_scope("3f1c9a70b2d4e5866a0f7c1de2934b5g"));
    CHECK(!is_random_scope("3f1c9a70-b2d4-4586-9a0f-7c1de2934b5g"));
    CHECK(!is_random_scope("3f1c9a7-0b2d4-4586-9a0f-7c1de2934b58"));
    CHECK(!is_random_scope("3f1c9a70-b2d44586-9a0f-7c1de2934b588"));
    CHECK(is_random_scope("01234567012345670123456701234567"));
    CHECK(!is_random_scope("01234560123456012345601234560123"));
    CHECK(!is_random_scope("aAaAbBbBcCcCdDdDeEeEaAaA01aA01aA"));
}

TEST_CASE("a UUID that says when and where it was made is no random scope, whatever its letters") {
    for (const char version : std::string_view("0345789abcdefABC")) {
        std::string uuid = "3f1c9a70-b2d4-4586-9a0f-7c1de2934b58";
        uuid[14] = version;
        CHECK(is_random_scope(uuid));
    }
    for (const char version : std::string_view("126")) {
        std::string uuid = "3f1c9a70-b2d4-4586-9a0f-7c1de2934b58";
        uuid[14] = version;
        CHECK(!is_random_scope(uuid));
    }
}
