#include "sessgate/core/encoding.hpp"

#include <doctest/doctest.h>

#include <array>
#include <random>
#include <vector>

using namespace sessgate::core;

namespace {

std::string base64url(std::string_view bytes) {
    std::string text;
    append_base64url(text, as_bytes(bytes));
    return text;
}

std::string base32(std::string_view bytes, std::size_t characters) {
    std::string text;
    append_base32(text, as_bytes(bytes), characters);
    return text;
}

}  // namespace

TEST_CASE("base64url writes the examples of RFC 4648 without padding") {
    CHECK(base64url("") == "");
    CHECK(base64url("f") == "Zg");
    CHECK(base64url("fo") == "Zm8");
    CHECK(base64url("foo") == "Zm9v");
    CHECK(base64url("foob") == "Zm9vYg");
    CHECK(base64url("fooba") == "Zm9vYmE");
    CHECK(base64url("foobar") == "Zm9vYmFy");
    CHECK(base64url("\xfb\xff\xbf") == "-_-_");
}

TEST_CASE("base32 writes the examples of RFC 4648 in lower case without padding") {
    CHECK(base32("f", 2) == "my");
    CHECK(base32("fo", 4) == "mzxq");
    CHECK(base32("foo", 5) == "mzxw6");
    CHECK(base32("foob", 7) == "mzxw6yq");
    CHECK(base32("fooba", 8) == "mzxw6ytb");
    CHECK(base32("foobar", 10) == "mzxw6ytboi");
}

TEST_CASE("base32 leaves the bits alone that no character asks for") {
    CHECK(base32("foobar", 3) == "mzx");
    CHECK(base32("foobar", 0) == "");
}

TEST_CASE("bytes of every length survive base64url") {
    std::mt19937 random(1);
    for (std::size_t size = 0; size <= 64; ++size) {
        std::string bytes(size, '\0');
        for (char& byte : bytes) byte = static_cast<char>(random());
        const std::string text = base64url(bytes);
        REQUIRE(text.size() == base64url_length(size));

        std::vector<std::uint8_t> read(size);
        REQUIRE(decode_base64url(text, read));
        CHECK(std::string(read.begin(), read.end()) == bytes);
    }
}

TEST_CASE("base64url has one spelling for each value") {
    std::array<std::uint8_t, 1> one{};
    std::size_t accepted = 0;
    for (unsigned first = 0; first < 256; ++first) {
        for (unsigned second = 0; second < 256; ++second) {
            const std::array<char, 2> text{static_cast<char>(first), static_cast<char>(second)};
            const std::string_view spelling(text.data(), text.size());
            if (!decode_base64url(spelling, one)) continue;
            ++accepted;
            CHECK(base64url({reinterpret_cast<const char*>(one.data()), 1}) == spelling);
        }
    }
    CHECK(accepted == 256);
}

TEST_CASE("base64url of another length, alphabet or with padding is refused") {
    std::array<std::uint8_t, 3> three{};
    CHECK(decode_base64url("Zm9v", three));
    for (const char* text : {"", "Zm9", "Zm9vY", "Zm9v=", "Zm9v====", "Zm9+", "Zm9/", "Zm 9", "Zm9\n", "Zm9\x80"}) {
        CAPTURE(text);
        CHECK_FALSE(decode_base64url(text, three));
    }
}
