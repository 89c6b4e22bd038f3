#include <doctest/doctest.h>

#include "tests/support/sidecar.hpp"

using namespace sessgate::tests;
using namespace std::chrono_literals;

TEST_CASE("a kept connection's next answer after a stop closes it, and so does that of one which is unfinished") {
    Sidecar sidecar;
    HttpClient client = sidecar.data();
    HttpClient half = sidecar.data();
    CHECK(client.request("GET", "/session").field("Keep-Alive") == "timeout=75");
    half.send("GET /session HTTP/1.1\r\n");
    CHECK(client.request("GET", "/session").status == 200);
    HttpClient new_one = sidecar.control();
    CHECK(new_one.request("GET", "/readyz").status == 200);

    sidecar.ask_to_stop();
    const Reply last = new_one.request("GET", "/readyz");
    CHECK(last.status == 503);
    CHECK(last.json().at("code") == "stopping");
    CHECK(last.field("Connection") == "close");
    CHECK(new_one.is_closed());

    const Reply reply = client.request("GET", "/session");
    CHECK(reply.status == 200);
    CHECK(reply.field("Connection") == "close");
    CHECK(client.is_closed());
    half.send("Host: a\r\n\r\n");
    CHECK(half.read().status == 200);
    CHECK(half.is_closed());
}

TEST_CASE("within drain.delay the program is not ready and serves new connections all the same") {
    Sidecar sidecar("memory:", {{"drain.delay", "1h"}});
    HttpClient control = sidecar.control();
    CHECK(control.request("GET", "/readyz").status == 200);

    sidecar.ask_to_stop();
    Reply not_ready = control.request("GET", "/readyz");
    CHECK(not_ready.status == 503);
    CHECK(not_ready.field("Retry-After") == "1");
    CHECK(not_ready.field("Keep-Alive") == "timeout=75");
    CHECK(sidecar.call_control("GET", "/livez").status == 200);
    CHECK(sidecar.get("/session").field("Keep-Alive") == "timeout=75");
    sidecar.ask_to_stop();  // the second signal skips the waiting
}

TEST_CASE("connections that stay silent are ended after drain.timeout") {
    Sidecar sidecar("memory:", {{"drain.timeout", "100ms"}});
    HttpClient idle = sidecar.data();
    CHECK(idle.request("GET", "/session").status == 200);
    HttpClient half = sidecar.data();
    half.send("GET /session HTTP/1.1\r\n");
    CHECK(idle.request("GET", "/session").status == 200);

    const auto start = std::chrono::steady_clock::now();
    sidecar.ask_to_stop();
    CHECK(idle.is_closed());
    CHECK(half.is_closed());
    CHECK(std::chrono::steady_clock::now() - start >= 100ms);
}

TEST_CASE("the data port on a unix socket is served there, and its callers' forwarded fields are believed") {
    const TemporaryFolder folder;
    const std::string address = "unix:" + (folder.path() / "data.sock").string();
    Sidecar sidecar("memory:", {{"listen", address}, {"origin.check", "strict"}});
    CHECK(sidecar.addresses().listen == address);
    const std::string token = sidecar.sign_in();

    const Reply told = sidecar.get("/session", token, {{"X-Forwarded-Method", "GET"}});
    CHECK(told.field("X-Session-State") == "active");
    CHECK(sidecar.get("/session", token).json().at("reason") == "untrusted_origin");

    Sidecar distrusting("memory:",
                        {{"listen", address + "2"}, {"origin.check", "strict"}, {"proxies.trusted", "10.0.0.0/8"}});
    const Reply unheard = distrusting.get("/session", distrusting.sign_in(), {{"X-Forwarded-Method", "GET"}});
    CHECK(unheard.json().at("reason") == "untrusted_origin");
}
