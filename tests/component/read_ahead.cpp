// A read that was begun for a request before its validation: what may be answered from it, and what else happens while
// it is under way.

#include <doctest/doctest.h>

#include <thread>

#include "tests/support/counted_sidecar.hpp"

using namespace sessgate::tests;
using namespace std::chrono_literals;

namespace {

const Sidecar::Settings without_near_cache{{"store.near_cache", "false"}, {"threads", "2"}, {"store.deadline", "2s"}};

const std::pair<std::string, std::string> scope{"X-Request-Id", "3f1c9a70b2d4e5866a0f7c1de2934b58"};

/// A request whose read has seen the store and is on its way back.
class UnderWay {
public:
    UnderWay(CountedSidecar& counted, const std::string& target, const Fields& fields)
        : counted_(counted), client_(counted.sidecar.data()) {
        counted_.faults.answer_ms = 300;
        const int before = counted_.faults.slow_answers;
        client_.send(request_text("GET", target, fields));
        while (counted_.faults.slow_answers == before) std::this_thread::yield();
        counted_.faults.answer_ms = 0;
    }

    Reply reply() { return client_.read(); }

private:
    CountedSidecar& counted_;
    HttpClient client_;
};

}  // namespace

TEST_CASE("each answer that a session check has costs one read") {
    CountedSidecar counted("lmdb:", without_near_cache);
    const std::string token = counted.sidecar.sign_in();
    for (const char* target : {"/session", "/session-user", "/authz/nginx"}) {
        CHECK(counted.reads_of([&] { counted.sidecar.get(target, token); }) == 1);
        CHECK(counted.reads_of([&] { counted.sidecar.get(target, std::string(token).replace(25, 1, "A")); }) == 1);
    }
    counted.sidecar.advance(1001ms);
    CHECK(counted.reads_of([&] { CHECK(counted.sidecar.get("/session", token).set_cookies().size() == 1); }) == 1);
    counted.sidecar.advance(12s);
    CHECK(counted.reads_of([&] { CHECK(counted.sidecar.get("/session", token).json().at("reason") == "expired"); }) ==
          1);
}

TEST_CASE("what was read before a revocation is not remembered past it") {
    CountedSidecar counted("lmdb:", without_near_cache);
    const std::string token = counted.sidecar.sign_in();
    UnderWay request(counted, "/session", {cookie(token), scope});

    CHECK(counted.sidecar.call_control("DELETE", "/sessions/" + session_id_of(token)).status < 300);

    // Before and after the request, which began before the revocation, has its answer.
    CHECK(counted.state(token, {scope}) == "none");
    CHECK(request.reply().status == 200);
    CHECK(counted.state(token, {scope}) == "none");
}

TEST_CASE("what was read before a revocation is not remembered past it either where a write was tried behind it") {
    CountedSidecar counted("lmdb:", without_near_cache);
    const std::string token = counted.sidecar.sign_in();
    counted.sidecar.advance(1001ms);
    UnderWay request(counted, "/session", {cookie(token), scope});

    CHECK(counted.sidecar.call_control("DELETE", "/sessions/" + session_id_of(token)).status < 300);
    counted.faults.writes_fail = true;

    CHECK(request.reply().json().at("session").is_null());
    CHECK(counted.state(token, {scope}) == "none");
}

TEST_CASE("requests for one session join the read that is under way, with and without a scope") {
    CountedSidecar counted("lmdb:", without_near_cache);
    const std::string token = counted.sidecar.sign_in();
    counted.faults.read_ms = 200;
    std::vector<std::pair<std::string, Fields>> requests;
    for (int i = 0; i < 8; ++i) {
        requests.emplace_back(i % 2 == 0 ? "/session" : "/authz/nginx",
                              i % 4 < 2 ? Fields{cookie(token)} : Fields{cookie(token), scope});
    }
    std::vector<Reply> replies;
    CHECK(counted.reads_of([&] { replies = counted.at_once(requests); }) == 1);
    for (const Reply& reply : replies) CHECK(reply.field("X-Session-State") == "active");
}

TEST_CASE("a client that goes while its session is read takes nothing from those that wait for the same read") {
    CountedSidecar counted("lmdb:", without_near_cache);
    const std::string token = counted.sidecar.sign_in();
    counted.faults.read_ms = 200;
    HttpClient waiting = counted.sidecar.data();
    {
        HttpClient gone = counted.sidecar.data();
        gone.send(request_text("GET", "/session", {cookie(token)}));
        while (counted.faults.slow_reads == 0) std::this_thread::yield();
        waiting.send(request_text("GET", "/session", {cookie(token)}));
    }
    CHECK(waiting.read().field("X-Session-State") == "active");
    CHECK(counted.faults.reads == 1);
}

TEST_CASE("requests that wait behind a read on one connection are answered in their order, whatever they ask") {
    CountedSidecar counted("lmdb:", without_near_cache);
    const std::string token = counted.sidecar.sign_in();
    counted.faults.read_ms = 50;
    HttpClient client = counted.sidecar.data();
    const std::string session = request_text("GET", "/session", {cookie(token)});
    client.send(session + request_text("GET", "/nowhere") + request_text("HEAD", "/session", {cookie(token)}) +
                session + request_text("GET", "/session?renew=false", {cookie(token)}) +
                request_text("GET", "/session", {cookie(token), {"Connection", "close"}}));
    CHECK(client.read().field("X-Session-State") == "active");
    CHECK(client.read().status == 404);
    CHECK(client.read(true).field("X-Session-State") == "active");
    CHECK(client.read().field("X-Session-State") == "active");
    CHECK(client.read().field("X-Session-State") == "active");
    CHECK(client.read().field("Connection") == "close");
}

TEST_CASE("a stop waits for the answer to a request whose session is being read") {
    CountedSidecar counted("lmdb:", without_near_cache);
    const std::string token = counted.sidecar.sign_in();
    UnderWay request(counted, "/session", {cookie(token)});
    counted.sidecar.ask_to_stop();
    const Reply reply = request.reply();
    CHECK(reply.field("X-Session-State") == "active");
    CHECK(reply.field("Connection") == "close");
}

TEST_CASE("a read that fails is told as one, and the next request has another one") {
    CountedSidecar counted("lmdb:", without_near_cache);
    const std::string token = counted.sidecar.sign_in();
    counted.faults.reads_fail = true;
    const Reply reply = counted.sidecar.get("/session", token, {scope});
    CHECK(reply.status == 503);
    CHECK(reply.field("X-Session-State") == "unavailable");
    CHECK(reply.set_cookies().empty());
    counted.faults.reads_fail = false;
    CHECK(counted.state(token, {scope}) == "active");
}

TEST_CASE("a write behind a read takes the place that the read had, and so does the next request on the connection") {
    CountedSidecar counted("lmdb:", {{"store.queue_max", "1"}, {"threads", "1"}, {"store.near_cache", "false"}});
    const std::string token = counted.sidecar.sign_in();
    const std::string other = counted.sidecar.sign_in();
    HttpClient client = counted.sidecar.data();
    client.send(request_text("GET", "/session", {cookie(token)}) + request_text("GET", "/session", {cookie(other)}));
    CHECK(client.read().status == 200);
    CHECK(client.read().status == 200);

    counted.sidecar.advance(1001ms);
    CHECK(counted.sidecar.get("/session", token).set_cookies().size() == 1);
    CHECK(counted.faults.replaced == 1);
}

TEST_CASE("answers to pipelined requests leave before the last of their sessions was read") {
    CountedSidecar counted("lmdb:", {{"store.near_cache", "false"}, {"threads", "1"}});
    const std::string text(2900, 'x');
    const std::string token = counted.sidecar.sign_in(R"({"userId":"ada","attributes":{"a":")" + text +
                                                      R"("},"user":{"attributes":{"a":")" + text + R"("}}})");
    std::string requests;
    for (int i = 0; i < 60; ++i) requests += request_text("GET", "/session-user", {cookie(token)});
    counted.faults.read_ms = 20;
    HttpClient client = counted.sidecar.data();
    client.send(requests);
    CHECK(client.read().field("X-Session-State") == "active");
    CHECK(counted.faults.reads < 30);
    for (int i = 1; i < 60; ++i) CHECK(client.read().status == 200);
}

TEST_CASE("a program that ends while a session is read touches nothing that is gone") {
    CountedSidecar counted("lmdb:",
                           {{"store.near_cache", "false"}, {"drain.timeout", "50ms"}, {"store.deadline", "10s"}});
    const std::string token = counted.sidecar.sign_in();
    HttpClient client = counted.sidecar.data();
    counted.faults.read_ms = 5000;
    client.send(request_text("GET", "/session", {cookie(token)}));
    while (counted.faults.slow_reads == 0) std::this_thread::yield();
    counted.sidecar.stop();
    CHECK(client.is_closed_unread());
}

TEST_CASE("what was read before a change does not take the place of what its scope found after it") {
    CountedSidecar counted("lmdb:", without_near_cache);
    const std::string token = counted.sidecar.sign_in();
    UnderWay older(counted, "/session", {cookie(token), scope});
    const std::string path = "/sessions/" + session_id_of(token);
    CHECK(counted.sidecar.call_control("PATCH", path, R"({"attributes":{"a":1}})").status == 200);
    CHECK(counted.reads_of([&] { CHECK(counted.state(token, {scope}) == "active"); }) == 1);
    CHECK(older.reply().status == 200);
    CHECK(counted.reads_of([&] {
        CHECK(counted.sidecar.get("/session", token, {scope}).json().at("session").at("attributes").at("a") == 1);
    }) == 0);
}

TEST_CASE("a read of the embedded store takes no time, so one place in the queue is enough for all at once") {
    Sidecar sidecar("lmdb:", {{"store.near_cache", "false"}, {"threads", "1"}, {"store.queue_max", "1"}});
    constexpr std::size_t count = 48;
    std::vector<std::string> tokens;
    std::vector<HttpClient> clients;
    for (std::size_t i = 0; i < count; ++i) {
        tokens.push_back(sidecar.sign_in());
        clients.push_back(sidecar.data());
    }
    for (int round = 0; round < 10; ++round) {
        for (std::size_t i = 0; i < count; ++i) {
            clients[i].send(request_text("GET", "/session", {cookie(tokens[i])}));
        }
        for (HttpClient& client : clients) CHECK(client.read().field("X-Session-State") == "active");
    }
}

TEST_CASE("thousands of pipelined requests that each read the embedded store are all answered") {
    Sidecar sidecar("lmdb:", {{"store.near_cache", "false"}, {"threads", "1"}});
    const std::string token = sidecar.sign_in();
    HttpClient client = sidecar.data();
    constexpr int count = 20'000;
    std::string requests;
    for (int i = 0; i < count; ++i) requests += request_text("GET", "/session", {cookie(token)});
    std::thread sending([&] { client.send(requests); });
    int active = 0;
    for (int i = 0; i < count; ++i) active += client.read().field("X-Session-State") == "active";
    sending.join();
    CHECK(active == count);
}
