#include <doctest/doctest.h>

#include "tests/support/counted_sidecar.hpp"
#include "tests/support/scrape.hpp"

namespace sessgate::tests {
namespace {

constexpr const char* scope = "0123456789abcdef0123456789abcdef";

}  // namespace

TEST_CASE("every answer is counted under its endpoint and its outcome") {
    Sidecar sidecar;
    const std::string token = sidecar.sign_in();
    const Fields navigation{{"Sec-Fetch-Site", "cross-site"}, {"X-Forwarded-Method", "POST"}};

    sidecar.get("/session", token);
    sidecar.get("/session", token);
    sidecar.get("/session");
    sidecar.get("/session", "nonsense");
    sidecar.get("/session-user", token);
    sidecar.get("/session", token, navigation);
    sidecar.get("/session?renew=perhaps");
    sidecar.get("/authz/nginx", token);
    sidecar.get("/authz/nginx");
    sidecar.get("/authz/optional/nginx");
    sidecar.get("/nowhere");
    sidecar.set_session(R"({"token":"nonsense"})");

    const Scrape scrape(sidecar);
    CHECK(scrape.requests("GET /session", "ok") == 2);
    CHECK(scrape.requests("GET /session", "no_cookie") == 1);
    CHECK(scrape.requests("GET /session", "malformed") == 1);
    CHECK(scrape.requests("GET /session", "untrusted_origin") == 1);
    CHECK(scrape.requests("GET /session", "refused") == 1);
    CHECK(scrape.requests("GET /session-user", "user_missing") == 1);
    CHECK(scrape.requests("/authz/nginx", "ok") == 1);
    CHECK(scrape.requests("/authz/nginx", "no_cookie") == 1);
    CHECK(scrape.requests("/authz/optional/nginx", "no_cookie") == 1);
    CHECK(scrape.requests("none", "refused") == 1);
    CHECK(scrape.requests("POST /set-session", "refused") == 1);
    CHECK(scrape.requests("POST /sessions", "ok") == 1);
}

TEST_CASE("a message that cannot be read is counted as refused") {
    Sidecar sidecar;

    HttpClient client = sidecar.data();
    client.send("GET /session HTTP/1.1\r\nbroken\r\n\r\n");
    CHECK(client.read().status == 400);

    CHECK(Scrape(sidecar).requests("none", "refused") == 1);
}

TEST_CASE("counts of all shards are added up, and each shard's requests are shown") {
    Sidecar sidecar("memory:", {{"threads", "3"}});
    HttpClient first = sidecar.data();
    HttpClient second = sidecar.data();
    HttpClient third = sidecar.data();

    for (int i = 0; i < 5; ++i) {
        for (HttpClient* client : {&first, &second, &third}) client->request("GET", "/session");
    }

    const Scrape scrape(sidecar);
    CHECK(scrape.requests("GET /session", "no_cookie") == 15);
    CHECK(scrape[R"(sessgate_request_seconds_count{endpoint="GET /session"})"] == 15);
    for (const char* shard : {"0", "1", "2"}) {
        CHECK(scrape[R"(sessgate_shard_requests_total{shard=")" + std::string(shard) + R"("})"] >= 5);
    }
    CHECK(scrape[R"(sessgate_connections{port="data"})"] == 3);
    CHECK(scrape[R"(sessgate_connections{port="control"})"] == 1);
}

TEST_CASE("renewal, promotion, retirement and theft are counted") {
    Sidecar sidecar;
    const std::string token = sidecar.sign_in();

    sidecar.advance(std::chrono::seconds(2));
    const std::string successor = token_in(sidecar.get("/session", token).field("Set-Cookie"));
    sidecar.get("/session", successor);
    sidecar.advance(core::Milliseconds(200));
    sidecar.get("/session", successor);
    CHECK(sidecar.get("/session", token).json().at("reason") == "superseded");

    const Scrape scrape(sidecar);
    CHECK(scrape[R"(sessgate_renewals_total{result="done"})"] == 1);
    CHECK(scrape[R"(sessgate_renewals_total{result="promoted"})"] == 1);
    CHECK(scrape[R"(sessgate_renewals_total{result="retired"})"] == 1);
    CHECK(scrape["sessgate_tokens_superseded_total"] == 1);
    CHECK(scrape.requests("GET /session", "superseded") == 1);
}

TEST_CASE("near-cache look-ups and the calls to the store are counted") {
    Sidecar sidecar("lmdb:", {{"threads", "1"}});
    const std::string token = sidecar.sign_in();

    sidecar.get("/session", token);
    sidecar.get("/session", token);
    sidecar.get("/session", token);
    sidecar.get("/authz/nginx", token);

    const Scrape scrape(sidecar);
    CHECK(scrape[R"(sessgate_near_cache_lookups_total{result="miss"})"] == 1);
    CHECK(scrape[R"(sessgate_near_cache_lookups_total{result="hit"})"] == 3);
    CHECK(scrape[R"(sessgate_session_reads_total{role="led"})"] == 1);
    CHECK(scrape[R"(sessgate_store_calls_total{call="find",result="ok"})"] == 1);
    CHECK(scrape[R"(sessgate_store_call_seconds_count{call="create"})"] == 1);
}

TEST_CASE("memo look-ups are counted, and a store that cannot say what is current turns the near-cache off") {
    Sidecar sidecar("memory:");
    const std::string token = sidecar.sign_in();

    sidecar.get("/session", token, {{"X-Request-Id", scope}});
    sidecar.get("/session-user", token, {{"X-Request-Id", scope}});

    const Scrape scrape(sidecar);
    CHECK(scrape[R"(sessgate_memo_lookups_total{result="miss"})"] == 1);
    CHECK(scrape[R"(sessgate_memo_lookups_total{result="hit"})"] == 1);
    CHECK(scrape[R"(sessgate_near_cache_lookups_total{result="off"})"] == 1);
}

TEST_CASE("an attribute that cannot stand in a header is counted, and one that is not there is not") {
    Sidecar sidecar("memory:", {{"authz.headers", "X-Session-Attr-Name=user.name, X-Session-Attr-Team=user.team"}});
    const std::string token = sidecar.sign_in(R"({"userId":"ada","user":{"attributes":{"name":"line\nbreak"}}})");

    CHECK(sidecar.get("/authz/nginx", token).status == 200);

    CHECK(Scrape(sidecar)["sessgate_header_values_dropped_total"] == 1);
}

TEST_CASE("a request's time is measured until its answer, and so is the store's") {
    CountedSidecar counted;
    Sidecar& sidecar = counted.sidecar;
    const std::string token = sidecar.sign_in();
    counted.faults.read_ms = 500;

    HttpClient client = sidecar.data();
    client.send(request_text("GET", "/session", {cookie(token)}));
    while (counted.faults.slow_reads == 0) std::this_thread::yield();
    sidecar.advance(core::Milliseconds(200));
    REQUIRE(client.read().status == 200);

    const Scrape scrape(sidecar);
    CHECK(scrape[R"(sessgate_request_seconds_sum{endpoint="GET /session"})"] == doctest::Approx(0.2));
    CHECK(scrape[R"(sessgate_request_seconds_bucket{endpoint="GET /session",le="0.1"})"] == 0);
    CHECK(scrape[R"(sessgate_request_seconds_bucket{endpoint="GET /session",le="0.25"})"] == 1);
    CHECK(scrape[R"(sessgate_store_call_seconds_sum{call="find"})"] == doctest::Approx(0.2));
}

TEST_CASE("requests that share one read of their session are counted as joined") {
    CountedSidecar counted;
    const std::string token = counted.sidecar.sign_in();
    counted.faults.read_ms = 300;

    counted.at_once({{"/session", {cookie(token)}}, {"/session", {cookie(token)}}, {"/session", {cookie(token)}}});

    const Scrape scrape(counted.sidecar);
    CHECK(scrape[R"(sessgate_session_reads_total{role="led"})"] == 1);
    CHECK(scrape[R"(sessgate_session_reads_total{role="joined"})"] == 2);
}

TEST_CASE("a connection that is turned away is counted") {
    Sidecar sidecar("memory:", {{"http.connections_max", "1"}});
    HttpClient first = sidecar.data();
    REQUIRE(first.request("GET", "/session").status == 200);
    HttpClient second = sidecar.data();
    REQUIRE(second.read().status == 503);
    REQUIRE(second.is_closed());

    CHECK(Scrape(sidecar)["sessgate_connections_turned_away_total"] == 1);
}

TEST_CASE("/metrics answers while the store is away, and says so") {
    CountedSidecar counted;
    const std::string token = counted.sidecar.sign_in();
    CHECK(Scrape(counted.sidecar)["sessgate_store_up"] == 1);
    counted.faults.reads_fail = true;

    CHECK(counted.sidecar.get("/session", token).status == 503);
    CHECK(counted.sidecar.get("/authz/optional/nginx", token).status == 200);

    const Scrape scrape(counted.sidecar);
    CHECK(scrape["sessgate_store_up"] == 0);
    CHECK(scrape.requests("GET /session", "unavailable") == 1);
    CHECK(scrape.requests("/authz/optional/nginx", "unavailable") == 1);
    CHECK(scrape[R"(sessgate_store_calls_total{call="find",result="unavailable"})"] == 2);
}

}  // namespace sessgate::tests
