#include <doctest/doctest.h>

#include <filesystem>

#include "tests/support/sidecar.hpp"

using namespace sessgate::tests;

namespace {

long open_descriptors() {
    return std::distance(std::filesystem::directory_iterator("/proc/self/fd"), std::filesystem::directory_iterator{});
}

/// Asks on new connections until one is served: when the server sees a client go is for the server to say.
Reply ask_until_served(const Sidecar& sidecar) {
    for (int attempt = 0; attempt < 10'000; ++attempt) {
        HttpClient client = sidecar.data();
        client.send(request_text("GET", "/session"));
        Reply reply = client.read();
        if (reply.status != 503) return reply;
    }
    return {};
}

void check_turned_away(HttpClient& client) {
    const Reply reply = client.read();
    CHECK(reply.status == 503);
    CHECK(reply.field("Content-Type") == "application/problem+json");
    CHECK(reply.json().at("code") == "too_many_connections");
    CHECK(reply.field("Retry-After") == "1");
    CHECK(reply.field("Cache-Control") == "no-store");
    CHECK(reply.field("Connection") == "close");
    CHECK(client.is_closed());
}

}  // namespace

TEST_CASE("one connection more than http.connections_max is told 503, and served once another has gone") {
    Sidecar sidecar("memory:", {{"http.connections_max", "2"}});
    HttpClient first = sidecar.data();
    CHECK(first.request("GET", "/session").status == 200);
    {
        HttpClient second = sidecar.data();
        CHECK(second.request("GET", "/session").status == 200);

        HttpClient third = sidecar.data();
        check_turned_away(third);
        CHECK(first.request("GET", "/session").status == 200);
        CHECK(second.request("GET", "/session").status == 200);
    }
    CHECK(ask_until_served(sidecar).status == 200);
}

TEST_CASE("connections that were turned away and stay open take no place from those to be served") {
    Sidecar sidecar("memory:", {{"http.connections_max", "1"}});
    std::vector<HttpClient> turned_away;
    {
        HttpClient only = sidecar.data();
        CHECK(only.request("GET", "/session").status == 200);
        for (int i = 0; i < 3; ++i) {
            turned_away.push_back(sidecar.data());
            CHECK(turned_away.back().read().status == 503);
        }
    }
    CHECK(ask_until_served(sidecar).status == 200);
}

TEST_CASE("connections of the control port are not counted and not turned away") {
    Sidecar sidecar("memory:", {{"http.connections_max", "1"}});
    HttpClient control = sidecar.control();
    CHECK(control.request("GET", "/livez").status == 200);

    HttpClient data = sidecar.data();
    CHECK(data.request("GET", "/session").status == 200);
    HttpClient another_control = sidecar.control();
    CHECK(another_control.request("GET", "/livez").status == 200);
    CHECK(control.request("GET", "/livez").status == 200);
}

TEST_CASE("thousands of connections come and go and leave no descriptor behind") {
    Sidecar sidecar("memory:", {{"threads", "1"}});
    HttpClient client = sidecar.data();
    CHECK(client.request("GET", "/session").status == 200);
    const long before = open_descriptors();
    for (int i = 0; i < 1000; ++i) {
        CHECK(sidecar.data().request("GET", "/session", {{"Connection", "close"}}).status == 200);
        CHECK(sidecar.data().request("GET", "/session").status == 200);
        HttpClient cut = sidecar.data();
        cut.send("GET /session HT");
        HttpClient silent = sidecar.data();
        HttpClient reset = sidecar.data();
        reset.send("POST /set-session HTTP/1.1\r\nHost: a\r\nContent-Length: 99\r\n\r\n{");
        reset.reset();
    }

    // The server closes its ends in its own time; each answer is a turn of the only shard, in which it can.
    for (int turn = 0; turn < 10'000 && open_descriptors() > before; ++turn) {
        CHECK(client.request("GET", "/session").status == 200);
    }
    CHECK(open_descriptors() == before);
}
