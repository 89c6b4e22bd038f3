#include <doctest/doctest.h>

#include <string>

#include "sessgate/core/json.hpp"

using namespace sessgate::core;

namespace {

bool accepts(std::string_view text) {
    JsonReader reader(text);
    return reader.raw_value().has_value() && reader.at_end();
}

std::optional<std::int64_t> integer(std::string_view text) {
    return JsonReader(text).integer();
}

std::string nested(int depth, std::string_view open, std::string_view close, std::string_view inside = "") {
    std::string text;
    for (int i = 0; i < depth; ++i) text += open;
    text += inside;
    for (int i = 0; i < depth; ++i) text += close;
    return text;
}

}  // namespace

TEST_CASE("members are read one by one, with their values in between") {
    JsonReader reader(R"( { "a" : 1 , "b":{"c":"x"},"d":[1,{}] } )");

    REQUIRE(reader.begin_object());
    CHECK(reader.next_member() == "a");
    CHECK(reader.integer() == 1);
    CHECK(reader.next_member() == "b");
    REQUIRE(reader.begin_object());
    CHECK(reader.next_member() == "c");
    CHECK(reader.plain_string() == "x");
    CHECK(reader.next_member() == std::nullopt);
    CHECK(reader.next_member() == "d");
    CHECK(reader.raw_value() == "[1,{}]");
    CHECK(reader.next_member() == std::nullopt);
    CHECK(reader.at_end());
}

TEST_CASE("an empty object inside an object does not hide a missing comma") {
    JsonReader reader(R"({"a":{}"b":1})");
    REQUIRE(reader.begin_object());
    REQUIRE(reader.next_member() == "a");
    REQUIRE(reader.begin_object());
    REQUIRE(reader.next_member() == std::nullopt);

    CHECK(reader.next_member() == std::nullopt);
    CHECK_FALSE(reader.at_end());
}

TEST_CASE("after a mistake nothing can be read any more") {
    JsonReader reader(R"({"a":x,"b":1})");
    REQUIRE(reader.begin_object());
    REQUIRE(reader.next_member() == "a");
    REQUIRE(reader.integer() == std::nullopt);

    CHECK(reader.next_member() == std::nullopt);
    CHECK(reader.raw_value() == std::nullopt);
    CHECK(reader.plain_string() == std::nullopt);
    CHECK_FALSE(reader.begin_object());
    CHECK_FALSE(reader.at_end());
}

TEST_CASE("objects with commas and colons out of place are refused") {
    for (const char* text : {"{",
                             "}",
                             "{,}",
                             R"({"a"})",
                             R"({"a":})",
                             R"({"a":1,})",
                             R"({,"a":1})",
                             R"({"a":1 "b":2})",
                             R"({"a" 1})",
                             R"({"a":1)",
                             R"({a:1})",
                             R"({"a":1}})",
                             R"({"a":1]})",
                             "[",
                             "]",
                             "[,]",
                             "[1,]",
                             "[1 2]",
                             "[1",
                             "[1}",
                             "",
                             " ",
                             "1 2",
                             "nul",
                             "nullx",
                             "True",
                             "NaN",
                             "/**/1"}) {
        CAPTURE(text);
        CHECK_FALSE(accepts(text));

        JsonReader reader(text);
        reader.begin_object();
        while (reader.next_member()) reader.raw_value();
        CHECK_FALSE(reader.at_end());
    }
}

TEST_CASE("a value is read whole when it is 32 deep and refused when it is 33 deep") {
    CHECK(accepts(nested(32, "[", "]")));
    CHECK_FALSE(accepts(nested(33, "[", "]")));
    CHECK(accepts(nested(32, R"({"a":)", "}", "1")));
    CHECK_FALSE(accepts(nested(33, R"({"a":)", "}", "1")));
    CHECK(accepts(nested(16, R"([{"a":)", "}]", "1")));
    CHECK_FALSE(accepts(nested(16, R"([{"a":)", "}]", "[]")));
    CHECK_FALSE(accepts(std::string(100'000, '[')));
}

TEST_CASE("integers are read to the limits of 64 bits and not beyond") {
    CHECK(integer("0") == 0);
    CHECK(integer("-0") == 0);
    CHECK(integer("9223372036854775807") == INT64_MAX);
    CHECK(integer("-9223372036854775808") == INT64_MIN);
    for (const char* text : {"9223372036854775808", "-9223372036854775809", "1.0", "1e3", "01", "+1", "-", "--1", ".5",
                             "0x10", "\"1\"", "", "1e", "1.", "-a"}) {
        CAPTURE(text);
        JsonReader reader(text);
        const bool is_read = reader.integer().has_value() && reader.at_end();
        CHECK_FALSE(is_read);
    }
}

TEST_CASE("a number that no double can hold is refused") {
    CHECK(accepts("1.7976931348623157e308"));
    CHECK_FALSE(accepts("1.7976931348623159e308"));
    CHECK(accepts("0.17976931348623157e309"));
    CHECK_FALSE(accepts("1e309"));
    CHECK_FALSE(accepts("-1e99999999999999999999"));
    CHECK(accepts("1e-99999999999999999999"));
    CHECK(accepts("0e99999999999999999999"));
    CHECK(accepts("1" + std::string(308, '0')));
    CHECK_FALSE(accepts("1" + std::string(309, '0')));
    CHECK(accepts("1" + std::string(400, '0') + "e-100"));
    CHECK(accepts("0." + std::string(400, '0') + "1e700"));
    CHECK_FALSE(accepts("0." + std::string(400, '0') + "1e710"));
}

TEST_CASE("strings are read as written, plain ones without escapes only") {
    CHECK(JsonReader(R"("a\u0041\n")").raw_string() == R"(a\u0041\n)");
    CHECK(JsonReader(R"("")").plain_string() == "");
    CHECK(JsonReader("\"\xe2\x82\xac\x7f\"").plain_string() == "\xe2\x82\xac\x7f");
    CHECK(JsonReader(R"("a\\b")").plain_string() == std::nullopt);
    CHECK(JsonReader("1").plain_string() == std::nullopt);
    CHECK(JsonReader(R"("a)").raw_string() == std::nullopt);
}

TEST_CASE("a string with a broken escape, a control character or broken UTF-8 is refused") {
    for (const char* text : {R"("\x")",
                             R"("\u12")",
                             R"("\u12g4")",
                             R"("\u 123")",
                             R"("\ud800")",
                             R"("\ud800x")",
                             R"("\ud800\n")",
                             R"("\ud800\ud800")",
                             R"("\udc00")",
                             R"("\ud800\udbff")",
                             R"("\u-123")",
                             "\"\\",
                             "\"\\u123",
                             "\"\n\"",
                             "\"\x1f\"",
                             "\"\x80\"",
                             "\"\xc0\xaf\"",
                             "\"\xc1\xbf\"",
                             "\"\xe0\x9f\xbf\"",
                             "\"\xed\xa0\x80\"",
                             "\"\xf0\x8f\xbf\xbf\"",
                             "\"\xf4\x90\x80\x80\"",
                             "\"\xf5\x80\x80\x80\"",
                             "\"\xff\"",
                             "\"\xc3\"",
                             "\"\xe2\x82\"",
                             "\"\xe2\x82\xc3\"",
                             "\"\xf0\x9f\x98\""}) {
        CAPTURE(text);
        CHECK_FALSE(accepts(text));
    }
    CHECK(accepts(R"("\ud83d\uDE00\ud7ff\ue000\uFFFF")"));
    CHECK(accepts("\"\xc2\x80\xdf\xbf\xe0\xa0\x80\xed\x9f\xbf\xee\x80\x80\xf0\x90\x80\x80\xf4\x8f\xbf\xbf\""));
}

TEST_CASE("a NUL byte and a byte order mark are no white space") {
    CHECK_FALSE(accepts({"1\0", 2}));
    CHECK_FALSE(accepts({"{}\0{}", 5}));
    CHECK_FALSE(accepts({"\"a\0b\"", 5}));
    CHECK_FALSE(accepts("\xef\xbb\xbf{}"));
    CHECK_FALSE(accepts("\f1"));
}

TEST_CASE("an object is told from other values") {
    CHECK(JsonReader(R"( {"a":[]} )").raw_object() == R"({"a":[]})");
    for (const char* text : {"[]", "1", "\"{}\"", "null", ""}) {
        CAPTURE(text);
        CHECK(JsonReader(text).raw_object() == std::nullopt);
    }
}

TEST_CASE("escapes of ASCII are undone and others are not ASCII") {
    CHECK(unescape_ascii("") == "");
    CHECK(unescape_ascii("abc") == "abc");
    CHECK(unescape_ascii(R"(\"\\\/\b\f\n\r\t)") == "\"\\/\b\f\n\r\t");
    CHECK(unescape_ascii(R"(a\u003c\u003Eb)") == "a<>b");
    CHECK(unescape_ascii(R"(\u007f)") == "\x7f");
    CHECK(unescape_ascii(R"(\u0080)") == std::nullopt);
    CHECK(unescape_ascii(R"(\ud83d\ude00)") == std::nullopt);
    CHECK(unescape_ascii("\xc3\xa4") == std::nullopt);
    CHECK(unescape_ascii("\\") == std::nullopt);
}
