#include "sessgate/core/token.hpp"

#include <doctest/doctest.h>

#include "sessgate/core/encoding.hpp"

using namespace sessgate::core;

namespace {

constexpr std::string_view good = "abcdefghijklmnopqrst.AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8";

std::string text_of(const Token& token) {
    std::string text;
    append_token(text, token);
    return text;
}

}  // namespace

TEST_CASE("a token is read from its one spelling and written back the same") {
    const auto token = parse_token(good);

    REQUIRE(token.has_value());
    CHECK(token->id.view() == "abcdefghijklmnopqrst");
    for (std::size_t i = 0; i < 32; ++i) CHECK(token->secret.bytes[i] == i);
    CHECK(text_of(*token) == good);
}

TEST_CASE("no byte of a token can be changed for one that is not of its alphabet, and none is left out or added") {
    for (std::size_t at = 0; at < good.size(); ++at) {
        std::string shorter(good);
        shorter.erase(at, 1);
        CHECK_FALSE(parse_token(shorter).has_value());
        std::string longer(good);
        longer.insert(at, 1, good[at]);
        CHECK_FALSE(parse_token(longer).has_value());
        for (const char bad : {' ', '"', '%', '+', '/', '=', ';', ',', '\0', '\xa0', '\n'}) {
            std::string changed(good);
            changed[at] = bad;
            CHECK_FALSE(parse_token(changed).has_value());
        }
    }
}

TEST_CASE("of the 64 last characters only the 16 that leave no bit unused spell a secret") {
    constexpr std::string_view alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    std::string accepted;
    for (const char last : alphabet) {
        std::string text(good);
        text.back() = last;
        if (parse_token(text)) accepted += last;
    }

    CHECK(accepted == "AEIMQUYcgkosw048");
}

TEST_CASE("a successor is HMAC-SHA256 of the current secret over purpose, session id and salt") {
    const Token token = *parse_token(good);
    Salt salt{};
    salt[0] = 1;
    Salt other_salt{};
    other_salt[0] = 2;

    // python3: hmac.new(bytes(range(32)), b"sessgate successor" + b"abcdefghijklmnopqrst" + b"\1" + bytes(15), "sha256")
    std::string successor;
    append_base64url(successor, successor_of(token.secret, token.id, salt).bytes);
    CHECK(successor == "f8q0zmXjy-AHOcVgaPZbBjXQIm_0NDlDiAmEQdcOHzE");
    CHECK_FALSE(successor_of(token.secret, token.id, salt) == successor_of(token.secret, token.id, other_salt));
}

TEST_CASE("HMAC-SHA256 agrees with the test cases of RFC 4231") {
    const auto hex = [](const Digest& digest) {
        std::string text;
        for (const auto byte : digest) {
            constexpr std::string_view digits = "0123456789abcdef";
            text += digits[byte >> 4];
            text += digits[byte & 15];
        }
        return text;
    };
    CHECK(hex(hmac_sha256(as_bytes("Jefe"), {as_bytes("what do ya want "), as_bytes("for nothing?")})) ==
          "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
    const std::string long_key(131, '\xaa');
    CHECK(hex(hmac_sha256(as_bytes(long_key), {as_bytes("Test Using Larger Than Block-Size Key - Hash Key First")})) ==
          "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
}
