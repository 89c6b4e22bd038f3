#include <doctest/doctest.h>

#include "tests/support/sidecar.hpp"

using namespace sessgate::tests;
using namespace std::chrono_literals;

// Periods: 1 s active, 10 s idle; grace 100 ms, at most 5 s. The clock stands still until a test moves it.

namespace {

struct Memory {
    static constexpr const char* url = "memory:";
};
struct Lmdb {
    static constexpr const char* url = "lmdb:";
};

nlohmann::json session_of(const Reply& reply) {
    return reply.json().at("session");
}

std::string reason_of(const Reply& reply) {
    REQUIRE_MESSAGE(session_of(reply).is_null(), reply.body);
    return reply.json().at("reason").get<std::string>();
}

/// Moves `sidecar` into the idle period, renews, and returns the successor that the cookie brings.
std::string renew(Sidecar& sidecar, const std::string& token) {
    sidecar.advance(1001ms);
    const Reply reply = sidecar.get("/session", token);
    REQUIRE(reply.set_cookies().size() == 1);
    return token_in(reply.set_cookies().front());
}

}  // namespace

TYPE_TO_STRING(Memory);
TYPE_TO_STRING(Lmdb);

TEST_CASE_TEMPLATE("a session lives from creation over renewal and promotion to revocation", Store, Memory, Lmdb) {
    Sidecar sidecar(Store::url);
    const std::string first = sidecar.sign_in();

    const Reply active = sidecar.get("/session", first);
    CHECK(active.status == 200);
    CHECK(session_of(active).at("state") == "active");
    CHECK(session_of(active).at("userId") == "ada");
    CHECK(session_of(active).at("fresh") == false);
    CHECK(active.set_cookies().empty());
    CHECK(active.field("X-Session-State") == "active");

    sidecar.advance(1001ms);
    const Reply renewed = sidecar.get("/session", first);
    CHECK(session_of(renewed).at("fresh") == true);
    CHECK(session_of(renewed).at("state") == "active");
    REQUIRE(renewed.set_cookies().size() == 1);
    CHECK(renewed.json().at("setCookie").at(0) == renewed.set_cookies().front());
    const std::string second = token_in(renewed.set_cookies().front());
    CHECK(session_id_of(second) == session_id_of(first));
    CHECK(second != first);

    const Reply promoted = sidecar.get("/session", second);
    CHECK(session_of(promoted).at("state") == "active");
    CHECK(promoted.set_cookies().empty());

    const Reply within_grace = sidecar.get("/session", first);
    CHECK(session_of(within_grace).at("state") == "active");
    REQUIRE(within_grace.set_cookies().size() == 1);
    CHECK(token_in(within_grace.set_cookies().front()) == second);

    sidecar.advance(101ms);
    CHECK(sidecar.get("/session", second).status == 200);
    const Reply superseded = sidecar.get("/session", first);
    CHECK(reason_of(superseded) == "superseded");
    CHECK(superseded.set_cookies().empty());

    CHECK(sidecar.call_control("DELETE", "/sessions/" + session_id_of(first)).status == 204);
    CHECK(reason_of(sidecar.get("/session", second)) == "unknown");
    CHECK(sidecar.call_control("DELETE", "/sessions/" + session_id_of(first)).status == 404);
}

TEST_CASE_TEMPLATE("each period ends with its last instant and not before", Store, Memory, Lmdb) {
    Sidecar sidecar(Store::url, {{"session.renewal", "extend"}});
    const std::string token = sidecar.sign_in();

    sidecar.advance(1000ms);
    CHECK(session_of(sidecar.get("/session?renew=false", token)).at("state") == "active");
    sidecar.advance(1ms);
    CHECK(session_of(sidecar.get("/session?renew=false", token)).at("state") == "idle");
    CHECK(sidecar.get("/session?renew=false", token).field("X-Session-State") == "idle");
    sidecar.advance(9999ms);
    CHECK(session_of(sidecar.get("/session?renew=false", token)).at("state") == "idle");
    sidecar.advance(1ms);
    CHECK(reason_of(sidecar.get("/session?renew=false", token)) == "expired");
    CHECK(reason_of(sidecar.get("/session", token)) == "expired");
}

TEST_CASE("renewal at the last idle instant saves the session, one millisecond later it is dead and its cookie goes") {
    Sidecar sidecar;
    const std::string saved = sidecar.sign_in();
    sidecar.advance(11'000ms);
    CHECK(session_of(sidecar.get("/session", saved)).at("fresh") == true);

    const std::string lost = sidecar.sign_in();
    sidecar.advance(11'001ms);
    const Reply dead = sidecar.get("/session", lost);
    CHECK(reason_of(dead) == "expired");
    REQUIRE(dead.set_cookies().size() == 1);
    CHECK(token_in(dead.set_cookies().front()).empty());
}

TEST_CASE("the absolute end stops every renewal and is the cookie's end") {
    Sidecar sidecar("memory:", {{"session.absolute_lifetime", "1500ms"}});
    const Reply created = sidecar.call_control("POST", "/sessions", R"({"userId":"ada"})");
    const std::string token = created.json().at("session").at("token");
    // 1.5 s, rounded up: a cookie that ends before its session would sign the user out early.
    CHECK(created.json().at("setCookie").at(0).get<std::string>().find("; Max-Age=2;") != std::string::npos);

    sidecar.advance(1001ms);
    const Reply renewed = sidecar.get("/session", token);
    const auto session = session_of(renewed);
    CHECK(session.at("activePeriodExpiresAt") == session.at("absoluteExpiresAt"));
    CHECK(session.at("idlePeriodExpiresAt") == session.at("absoluteExpiresAt"));

    sidecar.advance(499ms);
    CHECK(session_of(sidecar.get("/session", token)).at("state") == "active");
    sidecar.advance(1ms);
    CHECK(reason_of(sidecar.get("/session", token)) == "expired");
}

TEST_CASE("a lost Set-Cookie costs nothing: the same successor is offered until it is used") {
    Sidecar sidecar;
    const std::string token = sidecar.sign_in();
    const std::string successor = renew(sidecar, token);

    for (int i = 0; i < 3; ++i) {
        const Reply again = sidecar.get("/session", token);
        CHECK(session_of(again).at("fresh") == false);
        REQUIRE(again.set_cookies().size() == 1);
        CHECK(token_in(again.set_cookies().front()) == successor);
    }
    CHECK(renew(sidecar, token) == successor);
    CHECK(session_of(sidecar.get("/session", successor)).at("state") == "active");
}

TEST_CASE("the previous token is good until the grace after promotion has passed and the current one was used") {
    Sidecar sidecar;
    const std::string first = sidecar.sign_in();
    const std::string second = renew(sidecar, first);
    CHECK(sidecar.get("/session", second).status == 200);

    SUBCASE("use within the grace retires nothing") {
        sidecar.advance(100ms);
        CHECK_FALSE(session_of(sidecar.get("/session", second)).is_null());
        CHECK_FALSE(session_of(sidecar.get("/session", first)).is_null());
    }
    SUBCASE("without use of the current token the previous one stays") {
        sidecar.advance(4000ms);
        CHECK_FALSE(session_of(sidecar.get("/session", first)).is_null());
        CHECK(reason_of((sidecar.advance(1001ms), sidecar.get("/session", first))) == "superseded");
    }
    SUBCASE("with ?renew=false nothing is written, so nothing is retired") {
        sidecar.advance(101ms);
        CHECK_FALSE(session_of(sidecar.get("/session?renew=false", second)).is_null());
        CHECK_FALSE(session_of(sidecar.get("/session", first)).is_null());
    }
}

TEST_CASE("a superseded token ends its session where session.on_reuse is revoke") {
    Sidecar sidecar("memory:", {{"session.on_reuse", "revoke"}});
    const std::string first = sidecar.sign_in();
    const std::string second = renew(sidecar, first);
    sidecar.get("/session", second);
    sidecar.advance(101ms);
    sidecar.get("/session", second);

    CHECK(reason_of(sidecar.get("/session", first)) == "superseded");
    CHECK(reason_of(sidecar.get("/session", second)) == "unknown");
    const auto events = sidecar.log.events();
    CHECK(std::count(events.begin(), events.end(), "token_superseded") == 1);
}

TEST_CASE("extension keeps the token, and sends it again because its cookie would end too soon") {
    Sidecar sidecar("memory:", {{"session.renewal", "extend"}});
    const std::string token = sidecar.sign_in();

    sidecar.advance(1001ms);
    const Reply renewed = sidecar.get("/session", token);
    CHECK(session_of(renewed).at("fresh") == true);
    REQUIRE(renewed.set_cookies().size() == 1);
    CHECK(token_in(renewed.set_cookies().front()) == token);
    CHECK(renewed.set_cookies().front().find("Max-Age=34560000") != std::string::npos);
    CHECK(sidecar.get("/session", token).set_cookies().empty());
}

TEST_CASE("a bearer's successor comes in the body and never in a cookie") {
    Sidecar sidecar;
    const std::string token = sidecar.sign_in();
    const Fields bearer{{"Authorization", "Bearer " + token}, {"Cookie", "__Host-session=rubbish"}};
    CHECK(session_of(sidecar.get("/session", {}, bearer)).at("state") == "active");

    sidecar.advance(1001ms);
    const Reply renewed = sidecar.get("/session", {}, bearer);
    CHECK(renewed.set_cookies().empty());
    CHECK(renewed.json().at("setCookie").empty());
    const std::string successor = renewed.json().at("token");
    CHECK(session_of(sidecar.get("/session", {}, {{"Authorization", "bearer " + successor}})).at("state") == "active");

    sidecar.advance(11'001ms);
    CHECK(sidecar.get("/session", {}, bearer).set_cookies().empty());
}

TEST_CASE("a bearer counts, and the cookie of another session beside it is not read") {
    Sidecar sidecar;
    const std::string bearer = sidecar.sign_in();
    const std::string cookie = sidecar.sign_in();

    const Reply reply = sidecar.get("/session", cookie, {{"Authorization", "Bearer " + bearer}});

    CHECK(session_of(reply).at("sessionId") == session_id_of(bearer));
}

TEST_CASE("an Authorization field of another system is ignored and the cookie counts") {
    Sidecar sidecar;
    const std::string token = sidecar.sign_in();
    for (const char* other : {"Basic dXNlcjpwYXNz", "Bearer eyJhbGciOiJub25lIn0.e30.", "Bearer"}) {
        CHECK(session_of(sidecar.get("/session", token, {{"Authorization", other}})).at("state") == "active");
    }
}

TEST_CASE("periods that a session was created with are kept in its record") {
    Sidecar sidecar;
    const std::string token =
        sidecar.sign_in(R"({"userId":"ada","activePeriod":"2s","idlePeriod":"3s","absoluteLifetime":"1h"})");

    const auto session = session_of(sidecar.get("/session", token));
    const std::int64_t created = session.at("createdAt");
    CHECK(session.at("activePeriodExpiresAt") == created + 2000);
    CHECK(session.at("idlePeriodExpiresAt") == created + 5000);
    CHECK(session.at("absoluteExpiresAt") == created + 3'600'000);
    sidecar.advance(2001ms);
    CHECK(session_of(sidecar.get("/session", token)).at("activePeriodExpiresAt") == created + 4001);
}
