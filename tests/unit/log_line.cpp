#include "app/log_line.hpp"

#include <doctest/doctest.h>

#include <nlohmann/json.hpp>

using namespace sessgate::app;

TEST_CASE("an event is written as text with its fields") {
    CHECK(log_line(LogFormat::text, "store_unavailable", {{"op", "find"}, {"elapsed_ms", 52}, {"shard", -3}}) ==
          "store_unavailable op=find elapsed_ms=52 shard=-3");
    CHECK(log_line(LogFormat::text, "listening", {{"address", "[::1]:80"}}) == "listening address=[::1]:80");
}

TEST_CASE("an event is written as members of a JSON object") {
    CHECK(log_line(LogFormat::json, "store_unavailable", {{"op", "find"}, {"elapsed_ms", 52}}) ==
          R"("event":"store_unavailable","op":"find","elapsed_ms":52)");
}

TEST_CASE("a field without text is left out") {
    CHECK(log_line(LogFormat::text, "event", {{"request_id", ""}, {"after", 1}}) == "event after=1");
    CHECK(log_line(LogFormat::json, "event", {{"request_id", ""}, {"after", 1}}) == R"("event":"event","after":1)");
}

TEST_CASE("no value breaks out of its field or its line") {
    for (const std::string_view value : {"a b", "a=b", "a\nlevel=error", "a\r\n", "\"", "\\", "{}", "{0}",
                                         "\x1b[31m", "\xff\xfe", "\xe2\x80\xa8", "a\"},{\"event\":\"x"}) {
        CAPTURE(value);
        const std::string text = log_line(LogFormat::text, "event", {{"value", value}, {"after", 1}});
        CHECK(text.starts_with("event value=\""));
        CHECK(text.ends_with("\" after=1"));
        const std::string json = log_line(LogFormat::json, "event", {{"value", value}, {"after", 1}});
        const auto parsed = nlohmann::json::parse("{" + json + "}", nullptr, false);
        REQUIRE(parsed.is_object());
        CHECK(parsed.size() == 3);
        for (const char c : text + json) CHECK((c >= ' ' && c <= '~'));
    }
}
