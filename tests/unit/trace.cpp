#include "http/trace.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace sessgate::http;

namespace {

constexpr const char* trace_id = "4bf92f3577b34da6a3ce929d0e0e4736";
constexpr const char* parent_id = "00f067aa0ba902b7";
const std::string good = std::string("00-") + trace_id + "-" + parent_id + "-01";

std::string head_with(const std::string& fields) {
    return "GET /session HTTP/1.1\r\nHost: a\r\n" + fields + "\r\n";
}

/// The trace id that a head with this value has.
std::string trace_id_in(const std::string& value) {
    const std::string head = head_with("Traceparent: " + value + "\r\n");
    return std::string(trace_of(head).trace_id);
}

}  // namespace

TEST_CASE("a trace is read from its field, whatever the case of its name and the space around its value") {
    for (const char* name : {"traceparent: ", "TRACEPARENT:", "TraceParent:\t "}) {
        const std::string head = head_with(name + good + " \r\n");
        CHECK(trace_of(head).trace_id == trace_id);
        CHECK(trace_of(head).parent_id == parent_id);
    }
}

TEST_CASE("a malformed traceparent says nothing") {
    const std::string id = trace_id;
    const std::string parent = parent_id;
    for (const std::string& value :
         {std::string(), std::string("00"), "00-" + id, good.substr(0, good.size() - 1), good + "-more", good + "0",
          "ff-" + id + "-" + parent + "-01", "00-" + std::string(32, '0') + "-" + parent + "-01",
          "00-" + id + "-" + std::string(16, '0') + "-01", "00-" + id + "-" + parent + "-0g",
          "00_" + id + "-" + parent + "-01", "00-4BF92F3577B34DA6A3CE929D0E0E4736-" + parent + "-01"}) {
        CAPTURE(value);
        CHECK(trace_id_in(value).empty());
    }
    CHECK(trace_id_in(good) == id);
}

TEST_CASE("a later version of traceparent may add to it") {
    CHECK(trace_id_in("01-" + std::string(trace_id) + "-" + parent_id + "-01-more") == trace_id);
    CHECK(trace_id_in("01-" + std::string(trace_id) + "-" + parent_id + "-01more").empty());
}

TEST_CASE("a traceparent that comes twice, or none, says nothing") {
    const std::string line = "traceparent: " + good + "\r\n";
    CHECK(trace_of(head_with(line + line)).trace_id.empty());
    CHECK(trace_of(head_with("")).trace_id.empty());
    CHECK(trace_of(head_with("x-traceparent: " + good + "\r\n")).trace_id.empty());
    CHECK(trace_of(head_with("traceparents: " + good + "\r\n")).trace_id.empty());
}
