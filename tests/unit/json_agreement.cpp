#include <doctest/doctest.h>

#include <string>

#include "sessgate/core/json.hpp"
#include "tests/support/json_oracle.hpp"
#include "tests/support/random_json.hpp"

using namespace sessgate::core;
using sessgate::tests::is_strict_json;
using sessgate::tests::RandomJson;

namespace {

constexpr int texts = 20'000;

bool accepts(std::string_view text) {
    JsonReader reader(text);
    return reader.raw_value().has_value() && reader.at_end();
}

/// Reads an object member by member; nullopt when it is none.
std::optional<nlohmann::json> read_by_members(std::string_view text) {
    JsonReader reader(text);
    nlohmann::json object = nlohmann::json::object();
    if (!reader.begin_object()) return std::nullopt;
    while (const auto name = reader.next_member()) {
        const auto value = reader.raw_value();
        if (!value) return std::nullopt;
        const std::string key = nlohmann::json::parse('"' + std::string(*name) + '"');
        object[key] = nlohmann::json::parse(*value);
    }
    if (!reader.at_end()) return std::nullopt;
    return object;
}

}  // namespace

TEST_CASE("the reader takes every text that nlohmann_json takes") {
    RandomJson random(1);
    for (int i = 0; i < texts; ++i) {
        const std::string text = random.value(4);
        CAPTURE(text);
        REQUIRE(accepts(text) == is_strict_json(text));
    }
}

TEST_CASE("the reader takes a broken text exactly when nlohmann_json takes it") {
    RandomJson random(2);
    int accepted = 0;
    for (int i = 0; i < 5 * texts; ++i) {
        const std::string text = random.mutated(random.value(4));
        CAPTURE(text);
        REQUIRE(accepts(text) == is_strict_json(text));
        accepted += accepts(text) ? 1 : 0;
    }
    CHECK(accepted > texts / 10);
    CHECK(accepted < 4 * texts);
}

TEST_CASE("an object read by members is the object that nlohmann_json reads") {
    RandomJson random(3);
    for (int i = 0; i < texts; ++i) {
        const std::string whole = random.object(3);
        const std::string text = random.below(2) == 0 ? whole : random.mutated(whole);
        CAPTURE(text);
        const auto object = read_by_members(text);
        const bool is_object = is_strict_json(text) && nlohmann::json::parse(text).is_object();
        REQUIRE(object.has_value() == is_object);
        if (object) REQUIRE(*object == nlohmann::json::parse(text));
    }
}

TEST_CASE("integers are those of nlohmann_json that fit into 64 bits with a sign") {
    RandomJson random(4);
    int integers = 0;
    for (int i = 0; i < texts; ++i) {
        const std::string text = random.value(0);
        CAPTURE(text);
        const auto value = JsonReader(text).integer();
        const auto expected = nlohmann::json::parse(text, nullptr, false);
        const bool is_too_large =
            expected.is_number_unsigned() && expected.get<std::uint64_t>() > std::uint64_t{INT64_MAX};
        const bool is_integer = expected.is_number_integer() && !is_too_large;
        REQUIRE(value.has_value() == is_integer);
        if (value) REQUIRE(*value == expected.get<std::int64_t>());
        integers += is_integer ? 1 : 0;
    }
    CHECK(integers > texts / 20);
}

TEST_CASE("a string is written byte for byte as nlohmann_json writes it") {
    RandomJson random(5);
    for (int i = 0; i < texts; ++i) {
        const std::string text = random.utf8();
        std::string written;
        append_json_string(written, text);
        REQUIRE(written == nlohmann::json(text).dump());
        REQUIRE(accepts(written));
    }
}

TEST_CASE("every single ASCII character is written as nlohmann_json writes it") {
    for (char c = 0; c < 0x7f; ++c) {
        std::string written;
        append_json_string(written, std::string(1, c));
        CHECK(written == nlohmann::json(std::string(1, c)).dump());
        CHECK(unescape_ascii(std::string_view(written).substr(1, written.size() - 2)) == std::string(1, c));
    }
}

TEST_CASE("integers are written as nlohmann_json writes them") {
    for (const std::int64_t value :
         {std::int64_t{0}, std::int64_t{-1}, std::int64_t{1'700'000'000'000}, INT64_MAX, INT64_MIN}) {
        std::string written;
        append_json_integer(written, value);
        CHECK(written == nlohmann::json(value).dump());
    }
}
