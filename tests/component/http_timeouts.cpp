#include <doctest/doctest.h>

#include <fstream>

#include "app/stores.hpp"
#include "tests/support/failing_store.hpp"
#include "tests/support/sidecar.hpp"

using namespace sessgate;
using namespace sessgate::tests;
using namespace std::chrono_literals;

namespace {

using Steady = std::chrono::steady_clock;

/// Sends one byte after another until there is an answer or the end.
void trickle_until_answered(HttpClient& client, std::string_view bytes) {
    for (const char& byte : bytes) {
        if (client.is_readable_within(5ms)) return;
        client.send({&byte, 1});
    }
    FAIL("every byte was sent and nothing came back");
}

void check_timed_out(HttpClient& client) {
    const Reply reply = client.read();
    CHECK(reply.status == 408);
    CHECK(reply.field("Content-Type") == "application/problem+json");
    CHECK(reply.json().at("code") == "request_timeout");
    CHECK(reply.field("Cache-Control") == "no-store");
    CHECK(reply.field("Date") == "Wed, 18 May 2033 03:33:20 GMT");
    CHECK(reply.field("Connection") == "close");
    CHECK(client.is_closed());
}

/// The most memory that this process has held since `forget_memory_peak`, in kilobytes.
long memory_peak_kb() {
    std::ifstream status("/proc/self/status");
    for (std::string line; std::getline(status, line);) {
        if (line.starts_with("VmHWM:")) return std::stol(line.substr(6));
    }
    FAIL("no VmHWM");
    return 0;
}

void forget_memory_peak() {
    std::ofstream("/proc/self/clear_refs") << "5";
}

Sidecar::OpenStore faulty(StoreFaults& faults) {
    return [&faults](const app::StoreConfig& config, const ports::Clock& clock,
                     ports::Log& log) -> boost::system::result<std::unique_ptr<app::StoreHandle>, std::string> {
        auto opened = app::open_store(config, clock, log);
        if (!opened) return opened.error();
        return std::make_unique<FailingHandle>(std::move(*opened), faults);
    };
}

/// Requests whose answers are much larger than any socket's buffers.
std::string openapi_requests(int count) {
    std::string requests;
    for (int i = 0; i < count; ++i) requests += "GET /openapi.yaml HTTP/1.1\r\nHost: a\r\n\r\n";
    return requests;
}

}  // namespace

TEST_CASE("a head that is not whole after http.head_timeout is 408, and bytes that trickle in do not move that") {
    Sidecar sidecar("memory:", {{"http.head_timeout", "200ms"}});
    HttpClient client = sidecar.data();
    const auto start = Steady::now();

    SUBCASE("one byte and silence") {
        client.send("G");
    }
    SUBCASE("byte by byte") {
        trickle_until_answered(client, request_text("GET", "/session", {{"X-Long", std::string(1000, 'x')}}));
    }
    SUBCASE("behind a request that was answered") {
        client.send(request_text("GET", "/session") + "GET /session HT");
        CHECK(client.read().status == 200);
    }
    check_timed_out(client);
    CHECK(Steady::now() - start >= 200ms);
    CHECK(Steady::now() - start < 2s);
}

TEST_CASE("a body that is not whole after http.body_timeout is 408, and bytes that trickle in do not move that") {
    Sidecar sidecar("memory:", {{"http.body_timeout", "200ms"}});
    HttpClient client = sidecar.data();
    const auto start = Steady::now();
    const std::string body = R"({"session":null})" + std::string(1000, ' ');

    SUBCASE("a head and silence") {
        client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\n");
    }
    SUBCASE("byte by byte") {
        const std::string request = request_text("POST", "/set-session", {}, body);
        const std::size_t head_size = request.size() - body.size();
        client.send(request.substr(0, head_size));
        trickle_until_answered(client, std::string_view(request).substr(head_size));
    }
    SUBCASE("byte by byte in chunks") {
        client.send("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n");
        std::string chunks;
        for (int i = 0; i < 300; ++i) chunks += "1\r\n \r\n";
        trickle_until_answered(client, chunks);
    }
    SUBCASE("that waits after it was told to continue") {
        client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n");
        CHECK(client.read().status == 100);
    }
    check_timed_out(client);
    CHECK(Steady::now() - start >= 200ms);
    CHECK(Steady::now() - start < 2s);
}

TEST_CASE("a large body that trickles in is answered when it is whole in time") {
    Sidecar sidecar;
    HttpClient client = sidecar.data();
    const std::string request =
        request_text("POST", "/set-session", {}, R"({"session":null})" + std::string(60'000, ' '));
    for (std::size_t at = 0; at < request.size(); at += 100) client.send(std::string_view(request).substr(at, 100));
    CHECK(client.read().status == 200);
}

TEST_CASE("a kept connection that says nothing for http.idle_timeout is closed without a word") {
    Sidecar sidecar("memory:", {{"http.idle_timeout", "200ms"}});
    HttpClient client = sidecar.data();
    const auto start = Steady::now();
    SUBCASE("that never said anything") {}
    SUBCASE("after an answer") {
        CHECK(client.request("GET", "/session").status == 200);
    }

    CHECK(client.is_closed());
    CHECK(Steady::now() - start >= 200ms);
    CHECK(Steady::now() - start < 2s);
}

TEST_CASE("the deadline of a head does not run while a kept connection is idle, and the idle one not within a head") {
    Sidecar sidecar("memory:", {{"http.head_timeout", "50ms"}});
    HttpClient idle = sidecar.data();
    CHECK(idle.request("GET", "/session").status == 200);
    HttpClient late = sidecar.data();
    late.send("G");
    check_timed_out(late);
    CHECK(idle.request("GET", "/session").status == 200);

    Sidecar patient("memory:", {{"http.idle_timeout", "50ms"}});
    HttpClient slow = patient.data();
    slow.send("GET /session HTTP/1.1\r\n");
    CHECK(patient.data().is_closed());
    slow.send("Host: a\r\n\r\n");
    CHECK(slow.read().status == 200);
}

TEST_CASE("no deadline of the client's runs while its request is being answered") {
    StoreFaults faults;
    Sidecar sidecar("memory:",
                    {{"http.head_timeout", "50ms"},
                     {"http.body_timeout", "50ms"},
                     {"http.write_timeout", "50ms"},
                     {"http.idle_timeout", "50ms"}},
                    faulty(faults));
    const std::string token = sidecar.sign_in();
    const std::string body = R"({"token":")" + token + R"("})";
    faults.read_ms = 300;
    HttpClient client = sidecar.data();

    // Cut in two, so that the deadlines of head and body have been started.
    const std::string request = request_text("POST", "/set-session", {}, body);
    for (std::size_t cut : {std::size_t{10}, request.size() - 10}) {
        client.send(std::string_view(request).substr(0, cut));
        CHECK(sidecar.get("/session").status == 200);  // so the server has had its turn with the first part
        client.send(std::string_view(request).substr(cut));
        const Reply reply = client.read();
        CHECK(reply.status == 200);
        CHECK(reply.field("Connection").empty());
    }
}

TEST_CASE("a client that does not read its answers is closed after http.write_timeout and costs little memory") {
    Sidecar sidecar("memory:", {{"http.write_timeout", "200ms"}});
    HttpClient client = sidecar.control();
    forget_memory_peak();
    const long before = memory_peak_kb();
    const auto start = Steady::now();

    client.send(openapi_requests(500));  // 16 MB of answers
    CHECK(client.is_closed_unread());
    CHECK(Steady::now() - start >= 200ms);
    CHECK(Steady::now() - start < 2s);
    CHECK(memory_peak_kb() - before < 6 * 1024);
}

TEST_CASE("clients that read late but in time get every answer, and then their unfinished requests are 408") {
    Sidecar sidecar("memory:", {{"http.head_timeout", "200ms"}});
    // Answers leave in portions of 64 KiB. For some of these counts the last portion, which is of small answers alone,
    // is the one that does not fit into the socket, and it has half a request behind it.
    constexpr int count = 12;
    constexpr int small_count = 340;
    std::string small;
    for (int i = 0; i < small_count; ++i) small += "GET /livez HTTP/1.1\r\nHost: a\r\n\r\n";
    std::vector<HttpClient> clients;
    for (int i = 0; i < count; ++i) {
        clients.push_back(sidecar.control());
        clients.back().send(openapi_requests(i) + small + "GET /livez HT");
    }
    CHECK(sidecar.get("/session").status == 200);

    for (int i = 0; i < count; ++i) {
        HttpClient& client = clients[static_cast<std::size_t>(i)];
        for (int answer = 0; answer < i + small_count; ++answer) REQUIRE(client.read().status == 200);
    }
    for (HttpClient& client : clients) check_timed_out(client);
}
