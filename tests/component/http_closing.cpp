#include <doctest/doctest.h>

#include "tests/support/sidecar.hpp"

using namespace sessgate::tests;

namespace {

std::string get_10(const std::string& fields = {}) {
    return "GET /session HTTP/1.0\r\n" + fields + "\r\n";
}

}  // namespace

TEST_CASE("a connection is kept until its client asks to close it, and bytes behind that are not answered") {
    Sidecar sidecar;
    HttpClient client = sidecar.data();
    const Reply kept = client.request("GET", "/session");
    CHECK(kept.field("Keep-Alive") == "timeout=75");
    CHECK(kept.field("Connection").empty());
    CHECK(client.request("GET", "/session", {{"Connection", "keep-alive"}}).field("Keep-Alive") == "timeout=75");

    client.send(request_text("GET", "/session", {{"Connection", "close"}}) + request_text("GET", "/session"));
    const Reply last = client.read();
    CHECK(last.status == 200);
    CHECK(last.field("Connection") == "close");
    CHECK(last.field("Keep-Alive").empty());
    CHECK(client.is_closed());
}

TEST_CASE("an HTTP/1.0 client's connection closes after its answer, unless it asked to keep it") {
    Sidecar sidecar;
    HttpClient client = sidecar.data();
    client.send(get_10("Connection: keep-alive\r\n"));
    const Reply kept = client.read();
    CHECK(kept.status == 200);
    CHECK(kept.field("Connection") == "keep-alive");
    CHECK(kept.field("Keep-Alive") == "timeout=75");

    client.send(get_10() + get_10());
    const Reply last = client.read();
    CHECK(last.status == 200);
    CHECK(last.field("Connection") == "close");
    CHECK(client.is_closed());
}

TEST_CASE("what follows a message that cannot be read is not answered, and what came before it is") {
    Sidecar sidecar;
    HttpClient client = sidecar.data();
    client.send(request_text("GET", "/session") + "GET /session HTTP/1.1\r\nHost : a\r\n\r\n" +
                request_text("GET", "/session"));

    CHECK(client.read().status == 200);
    const Reply refused = client.read();
    CHECK(refused.status == 400);
    CHECK(refused.json().at("code") == "malformed_request");
    CHECK(refused.field("Connection") == "close");
    CHECK(client.is_closed());
}

TEST_CASE("a client that has stopped sending still gets every answer") {
    Sidecar sidecar;
    HttpClient client = sidecar.data();
    client.send(request_text("GET", "/session") + request_text("GET", "/nothing"));
    client.stop_sending();

    CHECK(client.read().status == 200);
    CHECK(client.read().status == 404);
    CHECK(client.is_closed());
}

TEST_CASE("a kept client that stops sending with its last request is closed after the answer") {
    Sidecar sidecar;
    for (int i = 0; i < 50; ++i) {
        HttpClient client = sidecar.data();
        CHECK(client.request("GET", "/session").status == 200);
        client.send(request_text("GET", "/session"));
        client.stop_sending();

        CHECK(client.read().status == 200);
        REQUIRE(client.is_closed());
    }
}

TEST_CASE("a client that stops sending within a request is closed without an answer to it") {
    Sidecar sidecar;
    HttpClient client = sidecar.data();
    client.send(request_text("GET", "/session") + "GET /session HT");
    client.stop_sending();

    CHECK(client.read().status == 200);
    CHECK(client.is_closed());
}

TEST_CASE("clients that reset their connections do no harm, wherever their requests stand") {
    Sidecar sidecar("lmdb:");
    const std::string post = request_text("POST", "/sessions", {}, R"({"userId":"ada"})");
    for (std::size_t cut = 0; cut <= post.size(); ++cut) {
        HttpClient client = sidecar.control();
        client.send(post.substr(0, cut));
        client.reset();
    }
    const std::string get = request_text("GET", "/session");
    for (std::size_t cut = 0; cut <= get.size(); ++cut) {
        HttpClient client = sidecar.data();
        client.send(get + get.substr(0, cut));
        client.reset();
    }

    CHECK(sidecar.get("/session").status == 200);
    CHECK(sidecar.call_control("GET", "/livez").status == 200);
    CHECK(sidecar.log.events() == std::vector<std::string>{"ready"});
}

TEST_CASE("a client that is refused and never stops sending keeps nobody else waiting, and is closed within moments") {
    Sidecar sidecar;
    HttpClient flood = sidecar.data();
    auto is_closed = std::async(std::launch::async, [&flood] {
        return flood.send_until_closed("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 99999999\r\n\r\n");
    });

    for (int i = 0; i < 100; ++i) CHECK(sidecar.get("/session").status == 200);
    CHECK(is_closed.get());
}
