#include "sessgate/ports/bucket_versions.hpp"

#include <doctest/doctest.h>

#include <set>
#include <string>

using sessgate::ports::BucketVersions;

TEST_CASE("each of the buckets has a number of its own") {
    constexpr std::string_view characters = "abcdefghijklmnopqrstuvwxyz234567";
    BucketVersions versions;
    std::uint64_t raised = 0;
    for (const char first : characters) {
        for (const char second : characters) {
            for (const char third : characters) {
                const std::string bucket{first, second, third};
                REQUIRE(versions.of(bucket) == 0);
                versions.raise(bucket);
                REQUIRE(versions.of(bucket) == 1);
                ++raised;
            }
        }
    }
    CHECK(raised == 32'768);
}

TEST_CASE("any three characters have a number, and to expect them raises none") {
    BucketVersions versions;
    for (int value = 0; value < 256; ++value) {
        const auto c = static_cast<char>(value);
        for (const std::string& bucket :
             {std::string{c, 'a', 'a'}, std::string{'a', c, 'a'}, std::string{'a', 'a', c}, std::string{c, c, c}}) {
            versions.expect(bucket);
            const std::uint64_t before = versions.of(bucket);
            versions.raise(bucket);
            REQUIRE(versions.of(bucket) == before + 1);
        }
    }
}
