#include "sessgate/core/digest.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

using namespace sessgate::core;

TEST_CASE("bytes are equal when all of them are, wherever one of them differs and however many there are") {
    constexpr std::size_t longest = 70;
    for (std::size_t size = 0; size <= longest; ++size) {
        CAPTURE(size);
        const std::vector<std::uint8_t> bytes(size, 0x55);
        CHECK(equal_in_constant_time(bytes, std::vector<std::uint8_t>(bytes)));
        CHECK(!equal_in_constant_time(bytes, std::vector<std::uint8_t>(size + 1, 0x55)));
        for (std::size_t at = 0; at < size; ++at) {
            for (unsigned bit = 0; bit < 8; ++bit) {
                std::vector<std::uint8_t> other = bytes;
                other[at] = static_cast<std::uint8_t>(other[at] ^ (1U << bit));
                REQUIRE(!equal_in_constant_time(bytes, other));
            }
        }
    }
}

TEST_CASE("a hash is that of all parts as one text, however it is divided") {
    const std::string text(300, 'a');
    const Digest whole = sha256({as_bytes(text)});
    for (std::size_t cut = 0; cut <= text.size(); ++cut) {
        const std::string_view all = text;
        REQUIRE(sha256({as_bytes(all.substr(0, cut)), as_bytes(all.substr(cut))}) == whole);
    }
    CHECK(sha256({}) == sha256({as_bytes("")}));
}
