#include "http/json_body.hpp"

#include <doctest/doctest.h>

using sessgate::http::is_json_content_type;
using sessgate::http::parse_json_body;

namespace {

std::string nested(std::size_t levels, const std::string& open, const std::string& close) {
    std::string text = R"({"a":)";
    for (std::size_t i = 1; i < levels; ++i) text += open;
    text += "1";
    for (std::size_t i = 1; i < levels; ++i) text += close;
    return text + "}";
}

}  // namespace

TEST_CASE("a JSON object is read with all that is in it") {
    const auto body = parse_json_body(R"( {"a": {"b": [1, -2.5, "\u00e9", true, null]}, "b": {"b": {}}} )");

    REQUIRE(body.mistake.empty());
    CHECK(body.object["a"]["b"].dump() == "[1,-2.5,\"\xC3\xA9\",true,null]");
    CHECK(body.object["b"]["b"].empty());
}

TEST_CASE("a body that is not one JSON object is a mistake") {
    using namespace std::string_view_literals;
    for (const std::string_view text :
         {""sv,        " "sv,        "null"sv,       "1"sv,           "\"a\""sv,         "[]"sv,
          "[{}]"sv,    "{"sv,        "{}}"sv,        "{} {}"sv,       "{} x"sv,          "{\"a\":1,}"sv,
          "{a:1}"sv,   "{'a':1}"sv,  "{\"a\":01}"sv, "{\"a\":NaN}"sv, "{\"a\":1e999}"sv, "{\"a\":\"\x01\"}"sv,
          "{} // a"sv, "{\"a\" 1}"sv}) {
        CAPTURE(text);
        CHECK_FALSE(parse_json_body(text).mistake.empty());
    }
}

TEST_CASE("a NUL byte anywhere in a body is a mistake") {
    using namespace std::string_view_literals;
    for (const std::string_view text : {"{}\0"sv, "{\"a\":1\0}"sv, "\0{}"sv, "{}\0{\"a\":1}"sv, "{\"a\0\":1}"sv}) {
        CHECK(parse_json_body(text).mistake == "The body holds a NUL byte.");
    }
}

TEST_CASE("a name that stands twice in one object is a mistake at any depth") {
    for (const char* text :
         {R"({"a":1,"a":1})", R"({"b":{"a":1,"c":{},"a":2}})", R"({"b":[[{"a":1,"a":2}]]})", R"({"a":1,"\u0061":2})"}) {
        CAPTURE(text);
        CHECK(parse_json_body(text).mistake == R"(The name "a" stands twice in one object.)");
    }
    CHECK(parse_json_body(R"({"a":{"a":[{"a":1},{"a":2}]},"A":1})").mistake.empty());

    const std::string name(65, 'n');
    CHECK(parse_json_body("{\"" + name + "\":1,\"" + name + "\":1}").mistake ==
          "A long name stands twice in one object.");
}

TEST_CASE("32 levels are read and 33 are a mistake") {
    CHECK(parse_json_body(nested(32, "[", "]")).mistake.empty());
    CHECK(parse_json_body(nested(32, R"({"a":)", "}")).mistake.empty());
    CHECK(parse_json_body(nested(33, "[", "]")).mistake == "The body is nested deeper than 32 levels.");
    CHECK(parse_json_body(nested(33, R"({"a":)", "}")).mistake == "The body is nested deeper than 32 levels.");
    CHECK_FALSE(parse_json_body(std::string(60'000, '[')).mistake.empty());
}

TEST_CASE("text that is not UTF-8, or begins with a byte order mark, is a mistake") {
    for (const char* text : {"{\"a\":\"\xFF\"}", "{\"a\":\"\xC0\xAF\"}", "{\"a\":\"\xED\xA0\x80\"}", "{\"\xC3\":1}",
                             "{\"a\":\"\\ud800\"}", "\xEF\xBB\xBF{}"}) {
        CAPTURE(text);
        CHECK_FALSE(parse_json_body(text).mistake.empty());
    }
}

TEST_CASE("application/json is taken with or without the charset UTF-8") {
    for (const char* type : {"application/json", "APPLICATION/Json", "application/json;charset=utf-8",
                             "application/json ; Charset=UTF-8", "application/json; charset=\"utf-8\""}) {
        CAPTURE(type);
        CHECK(is_json_content_type(type));
    }
    for (const char* type :
         {"", "text/plain", "application/jsonp", "application/problem+json", "application/json; charset=latin1",
          "application/json; q=1", "application/json;", "application/json, text/plain", "json"}) {
        CAPTURE(type);
        CHECK_FALSE(is_json_content_type(type));
    }
}
