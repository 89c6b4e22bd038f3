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
