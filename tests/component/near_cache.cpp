#include <doctest/doctest.h>

#include "tests/support/counted_sidecar.hpp"

using namespace sessgate;
using namespace sessgate::tests;
using namespace std::chrono_literals;

TEST_CASE("an allow that needs no write is answered from memory, whichever call asks for it") {
    CountedSidecar counted;
    const std::string token = counted.sidecar.sign_in(R"({"userId":"ada","user":{"attributes":{"name":"Ada"}}})");

    CHECK(counted.reads_of([&] { CHECK(counted.state(token) == "active"); }) == 1);
    CHECK(counted.reads_of([&] {
        for (int i = 0; i < 5; ++i) CHECK(counted.state(token) == "active");
        const Reply user = counted.sidecar.get("/session-user", token);
        CHECK(user.json().at("user").at("attributes").at("name") == "Ada");
    }) == 0);
}

TEST_CASE("with store.near_cache off every call reads the store") {
    CountedSidecar counted("lmdb:", {{"store.near_cache", "false"}});
    const std::string token = counted.sidecar.sign_in();

    CHECK(counted.reads_of([&] {
        for (int i = 0; i < 3; ++i) CHECK(counted.state(token) == "active");
    }) == 3);
}

TEST_CASE("what is kept is judged by the clock on each use, and a renewal reads the store") {
    CountedSidecar counted;
    const std::string token = counted.sidecar.sign_in();
    counted.state(token);
    counted.sidecar.advance(1000ms);
    CHECK(counted.reads_of([&] { CHECK(counted.state(token) == "active"); }) == 0);

    counted.sidecar.advance(1ms);
    Reply renewed;
    CHECK(counted.reads_of([&] { renewed = counted.sidecar.get("/session", token); }) == 1);
    CHECK(renewed.json().at("session").at("fresh") == true);
    CHECK(renewed.set_cookies().size() == 1);
}

TEST_CASE("a deny always reads the store, also for a kept session") {
    CountedSidecar counted;
    const std::string token = counted.sidecar.sign_in();
    counted.state(token);
    std::string wrong_secret = token;
    wrong_secret[30] = wrong_secret[30] == 'A' ? 'B' : 'A';

    CHECK(counted.reads_of([&] { CHECK(counted.state(wrong_secret) == "none"); }) == 1);
    CHECK(counted.state(token) == "active");
}

TEST_CASE("whatever was acknowledged is seen by the next request, however warm the memory is") {
    CountedSidecar counted;
    const std::string kept = counted.sidecar.sign_in();
    const std::string ended = counted.sidecar.sign_in();
    counted.state(kept);
    counted.state(ended);

    SUBCASE("a revocation") {
        REQUIRE(counted.sidecar.call_control("DELETE", "/sessions/" + session_id_of(ended)).status == 204);
        CHECK(counted.state(ended) == "none");
        CHECK(counted.state(kept) == "active");
    }
    SUBCASE("a revocation of all of a user's sessions") {
        REQUIRE(counted.sidecar.call_control("DELETE", "/users/ada/sessions").status == 200);
        CHECK(counted.state(ended) == "none");
        CHECK(counted.state(kept) == "none");
    }
    SUBCASE("a change of the user's attributes") {
        REQUIRE(counted.sidecar.call_control("PUT", "/users/ada", R"({"attributes":{"n":1}})").status == 200);
        CHECK(counted.sidecar.get("/session-user", kept).json().at("user").at("attributes").at("n") == 1);
    }
    SUBCASE("a sign-out") {
        REQUIRE(
            counted.sidecar.set_session(R"({"session":null,"revoke":true})", {{"Cookie", "__Host-session=" + ended}})
                .status == 200);
        CHECK(counted.state(ended) == "none");
    }
}

TEST_CASE("a rotation goes its way over a warm memory: successor, promotion, grace, superseded") {
    CountedSidecar counted;
    Sidecar& sidecar = counted.sidecar;
    const std::string first = sidecar.sign_in();
    counted.state(first);
    sidecar.advance(1001ms);
    const std::string second = token_in(sidecar.get("/session", first).set_cookies().at(0));
    for (int i = 0; i < 2; ++i) CHECK(token_in(sidecar.get("/session", first).set_cookies().at(0)) == second);

    for (int i = 0; i < 2; ++i) CHECK(sidecar.get("/session", second).set_cookies().empty());
    for (int i = 0; i < 2; ++i) CHECK(token_in(sidecar.get("/session", first).set_cookies().at(0)) == second);
    sidecar.advance(101ms);
    for (int i = 0; i < 2; ++i) CHECK(counted.state(second) == "active");
    for (int i = 0; i < 2; ++i) CHECK(sidecar.get("/session", first).json().at("reason") == "superseded");
}

TEST_CASE("a scope is answered from memory too, but not behind what /set-session decided in it") {
    CountedSidecar counted("lmdb:", {{"session.active_period", "60s"}});
    const Fields scope{{"X-Request-Id", "7f3a9c51e8b24d06a1f5c3e29b7d4801"}};
    const std::string token = counted.sidecar.sign_in();
    const std::string other = counted.sidecar.sign_in();
    counted.state(token);
    counted.sidecar.advance(11s);

    CHECK(counted.reads_of([&] { CHECK(counted.state(token, scope) == "active"); }) == 0);
    const std::string body = R"({"session":{"token":")" + other + R"("}})";
    REQUIRE(counted.sidecar.set_session(body, {cookie(token), scope.front()}).status == 200);
    const Reply after = counted.sidecar.get("/session", token, scope);
    CHECK(after.json().at("session").at("sessionId") == session_id_of(other));
}

TEST_CASE("two cookies of ours are both looked at, however well the first is known") {
    CountedSidecar counted;
    const std::string known = counted.sidecar.sign_in();
    const std::string other = counted.sidecar.sign_in(R"({"userId":"grace"})");
    counted.state(known);
    const std::string both = "__Host-session=" + known + "; __Host-session=" + other;

    CHECK(counted.sidecar.data().request("GET", "/session", {{"Cookie", both}}).json().at("reason") ==
          "ambiguous_cookie");
    const Fields lines{{"Cookie", "__Host-session=" + known}, {"Cookie", "__Host-session=" + other}};
    CHECK(counted.sidecar.data().request("GET", "/session", lines).json().at("reason") == "ambiguous_cookie");
    CHECK(counted.sidecar.data()
              .request("GET", "/authz/haproxy",
                       {{"Cookie", "a=b; __Host-session=" + known + "; c=d, __Host-session=" + other}})
              .field("X-Session-Reason") == "ambiguous_cookie");
}

TEST_CASE("a page of another site is refused, however well the session is known") {
    CountedSidecar counted;
    const std::string token = counted.sidecar.sign_in();
    counted.state(token);
    const Fields foreign{{"X-Forwarded-Method", "POST"}, {"Origin", "https://elsewhere.example"}};

    CHECK(counted.sidecar.get("/session", token, foreign).json().at("reason") == "untrusted_origin");
    Fields told{{"X-Original-Method", "POST"}, {"Origin", "https://elsewhere.example"}};
    CHECK(counted.sidecar.get("/authz/nginx", token, told).status == 403);
    Fields imitating{{"X-Session_User", "root"}};
    CHECK(counted.sidecar.get("/authz/nginx", token, imitating).status == 403);
}

TEST_CASE("an answer from memory is the one that was made of the record, for every endpoint, also to HEAD") {
    CountedSidecar counted;
    const std::string big(700, 'x');
    const std::string token = counted.sidecar.sign_in(R"({"userId":"ada","attributes":{"big":")" + big +
                                                      R"("},"user":{"attributes":{"name":"Ada"}}})");
    const std::string small = counted.sidecar.sign_in(R"({"userId":"ada"})");
    for (const std::string& asked : {token, small}) {
        for (const std::string path : {"/session", "/session-user", "/authz/nginx"}) {
            CAPTURE(path);
            // A query keeps the answer from being taken from memory as it is.
            const Reply made = counted.sidecar.get(path + "?renew=true", asked);
            for (int i = 0; i < 2; ++i) {
                const Reply kept = counted.sidecar.get(path, asked);
                CHECK(kept.status == 200);
                CHECK(kept.body == made.body);
                CHECK(kept.fields.size() == made.fields.size());
                CHECK(kept.field("X-Session-State") == "active");
            }
            const Reply head = counted.sidecar.data().request("HEAD", path, {cookie(asked)});
            CHECK(head.status == 200);
            CHECK(head.body.empty());
            CHECK(head.field("Content-Length") == made.field("Content-Length"));
        }
    }
}

TEST_CASE("within a scope the second call is told of the renewal as the first was, also where the token stays") {
    CountedSidecar counted("lmdb:", {{"session.renewal", "extend"}, {"session.absolute_lifetime", "none"}});
    const Fields scope{{"X-Request-Id", "7f3a9c51e8b24d06a1f5c3e29b7d4801"}};
    const std::string token = counted.sidecar.sign_in();
    counted.sidecar.advance(1001ms);
    const Reply first = counted.sidecar.get("/session", token, scope);
    REQUIRE(first.set_cookies().size() == 1);
    counted.state(token);  // without a scope: the renewed record is kept from here on

    CHECK(counted.sidecar.get("/session", token, scope).body == first.body);
}

TEST_CASE("no more records are kept than store.near_cache_max_sessions") {
    CountedSidecar counted("lmdb:", {{"store.near_cache_max_sessions", "64"}, {"session.active_period", "1h"}});
    std::vector<std::string> tokens;
    for (int i = 0; i < 200; ++i) tokens.push_back(counted.sidecar.sign_in());
    const auto ask_all = [&] {
        for (const std::string& token : tokens) CHECK(counted.state(token) == "active");
    };
    ask_all();
    CHECK(counted.reads_of(ask_all) >= 200 - 64);
}
