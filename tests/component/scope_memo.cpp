#include <doctest/doctest.h>

#include <algorithm>

#include "tests/support/counted_sidecar.hpp"

using namespace sessgate::tests;
using namespace std::chrono_literals;

// Without the near-cache, so that whatever is answered without a read was answered by the memo.

namespace {

const Sidecar::Settings several_shards{{"threads", "3"}, {"store.near_cache", "false"}};

/// As nginx makes them.
const std::string scope = "3f1c9a70b2d4e5866a0f7c1de2934b58";
const std::string other_scope = "9b0e5d1f3c7a48628d1e0fa2b7c6d934";

std::pair<std::string, std::string> in(const std::string& name) { return {"X-Request-Id", name}; }

std::string user_of(const Reply& reply) {
    const nlohmann::json session = reply.json().at("session");
    return session.is_null() ? "" : session.at("userId").get<std::string>();
}

}  // namespace

TEST_CASE("ten calls of one scope on several connections and shards at once cost one read, and so do those that follow") {
    CountedSidecar counted("lmdb:", several_shards);
    const std::string token = counted.sidecar.sign_in(R"({"userId":"ada","user":{"attributes":{"name":"Ada"}}})");
    const Fields fields{cookie(token), in(scope)};
    counted.faults.read_ms = 100;  // so that all of them are under way together

    std::vector<std::pair<std::string, Fields>> requests;
    for (int i = 0; i < 10; ++i) requests.emplace_back(i % 2 == 0 ? "/session" : "/session-user", fields);
    std::vector<Reply> replies;
    CHECK(counted.reads_of([&] { replies = counted.at_once(requests); }) == 1);

    for (std::size_t i = 0; i < replies.size(); ++i) {
        CHECK(replies[i].body == replies[i % 2].body);
        CHECK(user_of(replies[i]) == "ada");
    }
    CHECK(replies[1].json().at("user").at("attributes").at("name") == "Ada");
    CHECK(counted.reads_of([&] {
        for (int i = 0; i < 10; ++i) CHECK(counted.state(token, {in(scope)}) == "active");
        CHECK(counted.sidecar.get("/session-user", token, {in(scope)}).body == replies[1].body);
    }) == 0);
}

TEST_CASE("a renewal is told to every call of its scope alike, and written once") {
    CountedSidecar counted("lmdb:", several_shards);
    const std::string token = counted.sidecar.sign_in();
    counted.sidecar.advance(1001ms);
    counted.faults.read_ms = 100;

    const std::vector<std::pair<std::string, Fields>> requests(10, {"/session", {cookie(token), in(scope)}});
    const std::vector<Reply> replies = counted.at_once(requests);
    for (const Reply& reply : replies) {
        CHECK(reply.json().at("session").at("fresh") == true);
        CHECK(reply.body == replies.front().body);
        REQUIRE(reply.set_cookies().size() == 1);
    }
    CHECK(counted.faults.replaced == 1);
    CHECK(counted.sidecar.get("/session", token, {in(scope)}).body == replies.front().body);
}

TEST_CASE("a scope is its name and the token, and a name of fewer than 16 or more than 128 characters is none") {
    CountedSidecar counted("memory:", several_shards);
    const std::string ada = counted.sidecar.sign_in();
    const std::string bob = counted.sidecar.sign_in(R"({"userId":"bob"})");
    CHECK(user_of(counted.sidecar.get("/session", ada, {in(scope)})) == "ada");

    CHECK(counted.reads_of([&] { CHECK(user_of(counted.sidecar.get("/session", bob, {in(scope)})) == "bob"); }) == 1);
    CHECK(counted.reads_of([&] { CHECK(counted.state(ada, {in(other_scope)}) == "active"); }) == 1);
    const auto reads_of_two = [&](const std::string& name) {
        return counted.reads_of([&] {
            CHECK(counted.state(ada, {in(name)}) == "active");
            CHECK(counted.state(ada, {in(name)}) == "active");
        });
    };
    CHECK(reads_of_two(std::string(15, 'a')) == 2);
    CHECK(reads_of_two(std::string(16, 'a')) == 1);
    CHECK(reads_of_two(std::string(128, 'a')) == 1);
    CHECK(reads_of_two(std::string(129, 'a')) == 2);
    CHECK(reads_of_two("0123456789 abcdef") == 2);
    CHECK(counted.reads_of([&] {
        for (int i = 0; i < 2; ++i) CHECK(counted.state(ada, {in(scope), in(scope)}) == "active");
    }) == 2);
}

TEST_CASE("a scope is remembered for five seconds from its first answer") {
    CountedSidecar counted("memory:", {{"store.near_cache", "false"}, {"session.active_period", "1h"}});
    const std::string token = counted.sidecar.sign_in();
    CHECK(counted.state(token, {in(scope)}) == "active");

    counted.sidecar.advance(4999ms);
    CHECK(counted.reads_of([&] { CHECK(counted.state(token, {in(scope)}) == "active"); }) == 0);
    counted.sidecar.advance(1ms);
    CHECK(counted.reads_of([&] { CHECK(counted.state(token, {in(scope)}) == "active"); }) == 1);
}

TEST_CASE("a session that dies within its scope's time is not answered from memory") {
    CountedSidecar counted("memory:", {{"session.idle_period", "2s"}, {"session.renewal", "extend"}});
    const std::string token = counted.sidecar.sign_in();
    CHECK(counted.sidecar.get("/session?renew=false", token, {in(scope)}).field("X-Session-State") == "active");

    counted.sidecar.advance(3001ms);
    CHECK(counted.sidecar.get("/session", token, {in(scope)}).json().at("reason") == "expired");
}

TEST_CASE("what was found without renewing serves a renewing call only when the session is active") {
    CountedSidecar counted("memory:", several_shards);
    const std::string token = counted.sidecar.sign_in();
    CHECK(counted.sidecar.get("/session?renew=false", token, {in(scope)}).field("X-Session-State") == "active");
    CHECK(counted.reads_of([&] { CHECK(counted.state(token, {in(scope)}) == "active"); }) == 0);

    counted.sidecar.advance(1001ms);
    CHECK(counted.sidecar.get("/session?renew=false", token, {in(other_scope)}).field("X-Session-State") == "idle");
    CHECK(counted.sidecar.get("/session", token, {in(other_scope)}).json().at("session").at("fresh") == true);
    CHECK(counted.reads_of([&] {
        const Reply reply = counted.sidecar.get("/session?renew=false", token, {in(other_scope)});
        CHECK(reply.json().at("session").at("fresh") == true);
    }) == 0);
}

TEST_CASE("a store that was away is asked again in the same scope") {
    CountedSidecar counted("memory:", several_shards);
    const std::string token = counted.sidecar.sign_in();
    counted.faults.reads_fail = true;
    CHECK(counted.sidecar.get("/session", token, {in(scope)}).status == 503);

    counted.faults.reads_fail = false;
    CHECK(counted.state(token, {in(scope)}) == "active");
}

TEST_CASE("a deny is remembered in its scope, and that no cookie or a malformed one came is found out anew") {
    CountedSidecar counted("memory:", several_shards);
    const std::string token = counted.sidecar.sign_in();
    REQUIRE(counted.sidecar.call_control("DELETE", "/sessions/" + session_id_of(token)).status == 204);

    CHECK(counted.reads_of([&] {
        for (int i = 0; i < 3; ++i) {
            CHECK(counted.sidecar.get("/session", token, {in(scope)}).json().at("reason") == "unknown");
        }
    }) == 1);
    CHECK(counted.sidecar.get("/session", "", {in(scope)}).json().at("reason") == "no_cookie");
    CHECK(counted.sidecar.get("/session", "x", {in(scope)}).json().at("reason") == "malformed");
}

TEST_CASE("after an acknowledged revocation or change no scope answers what it answered before") {
    CountedSidecar counted("lmdb:", several_shards);
    const std::string token = counted.sidecar.sign_in(R"({"userId":"ada","user":{"attributes":{"n":1}}})");
    const auto ask = [&] { return counted.sidecar.get("/session-user", token, {in(scope)}); };
    const auto call = [&](std::string_view method, const std::string& target, std::string_view body = {}) {
        return counted.sidecar.call_control(method, target, body).status / 100;
    };
    CHECK(ask().json().at("user").at("attributes").at("n") == 1);

    REQUIRE(call("PUT", "/users/ada", R"({"attributes":{"n":2}})") == 2);
    CHECK(ask().json().at("user").at("attributes").at("n") == 2);

    SUBCASE("of the session") { REQUIRE(call("DELETE", "/sessions/" + session_id_of(token)) == 2); }
    SUBCASE("of all sessions of the user") { REQUIRE(call("DELETE", "/users/ada/sessions") == 2); }
    SUBCASE("of the user") { REQUIRE(call("DELETE", "/users/ada") == 2); }
    SUBCASE("by the session's own browser") {
        const Reply reply =
            counted.sidecar.set_session(R"({"session":null,"revoke":true})", {cookie(token), in(other_scope)});
        REQUIRE(reply.status == 200);
    }
    CHECK(ask().json().at("reason") == "unknown");
    CHECK(counted.state(token, {in(scope)}) == "none");
}

TEST_CASE("a session that a retired token ends is gone from every scope") {
    CountedSidecar counted("memory:", {{"session.on_reuse", "revoke"}});
    const std::string first = counted.sidecar.sign_in();
    counted.sidecar.advance(1001ms);
    const std::string second = token_in(counted.sidecar.get("/session", first).set_cookies().at(0));
    CHECK(counted.state(second) == "active");
    counted.sidecar.advance(101ms);
    CHECK(counted.state(second, {in(scope)}) == "active");

    CHECK(counted.sidecar.get("/session", first).json().at("reason") == "superseded");
    CHECK(counted.state(second, {in(scope)}) == "none");
}

TEST_CASE("the origin is judged for each call, whatever its scope has found") {
    CountedSidecar counted("memory:", several_shards);
    const std::string token = counted.sidecar.sign_in();
    CHECK(counted.state(token, {in(scope)}) == "active");

    const Reply reply = counted.sidecar.get(
        "/session", token, {in(scope), {"X-Forwarded-Method", "POST"}, {"Sec-Fetch-Site", "cross-site"}});
    CHECK(reply.json().at("reason") == "untrusted_origin");
    CHECK(counted.state(token, {in(scope)}) == "active");
}

TEST_CASE("the scope is named by the header that scope.header says") {
    CountedSidecar counted("memory:", {{"scope.header", "X-Trace"}, {"store.near_cache", "false"}});
    const std::string token = counted.sidecar.sign_in();
    const auto reads_with = [&](const std::string& header) {
        return counted.reads_of([&] {
            for (int i = 0; i < 2; ++i) CHECK(counted.state(token, {{header, scope}}) == "active");
        });
    };
    CHECK(reads_with("x-trace") == 1);
    CHECK(reads_with("X-Request-Id") == 2);
}
