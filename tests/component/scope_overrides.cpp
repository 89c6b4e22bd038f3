#include <doctest/doctest.h>

#include "tests/support/counted_sidecar.hpp"

using namespace sessgate::tests;
using namespace std::chrono_literals;

namespace {

/// As nginx makes them.
const std::string scope = "3f1c9a70b2d4e5866a0f7c1de2934b58";
const std::string other_scope = "9b0e5d1f3c7a48628d1e0fa2b7c6d934";

std::pair<std::string, std::string> in(const std::string& name) { return {"X-Request-Id", name}; }

std::string body_with(const std::string& token) { return R"({"token":")" + token + R"("})"; }

struct Signed {
    Sidecar sidecar{"memory:", {{"threads", "3"}}};
    std::string ada = sidecar.sign_in(R"({"userId":"ada"})");
    std::string bob = sidecar.sign_in(R"({"userId":"bob"})");

    /// Who is signed in, as `/session` and `/session-user` say alike; empty: nobody.
    std::string user(const Fields& fields) {
        const nlohmann::json session = sidecar.get("/session", "", fields).json().at("session");
        const nlohmann::json other = sidecar.get("/session-user", "", fields).json();
        CHECK(other.at("session").is_null() == other.at("user").is_null());
        const bool is_missing = other.value("reason", "") == "user_missing";
        CHECK((is_missing || session == other.at("session")));
        return session.is_null() ? "" : session.at("userId").get<std::string>();
    }
};

}  // namespace

TEST_CASE("after a session was set, its scope sees that one, and other scopes what they present") {
    Signed s;
    CHECK(s.user({cookie(s.ada), in(scope)}) == "ada");
    const Reply reply = s.sidecar.set_session(body_with(s.bob), {cookie(s.ada), in(scope)});
    CHECK(reply.status == 200);
    CHECK(reply.field("X-Session-Scope").empty());

    CHECK(s.user({cookie(s.ada), in(scope)}) == "bob");
    CHECK(s.user({cookie(s.ada), in(other_scope)}) == "ada");
    CHECK(s.user({cookie(s.ada)}) == "ada");
    CHECK(s.user({in(scope)}).empty());
    CHECK(s.user({cookie(s.bob), in(scope)}) == "bob");
}

TEST_CASE("after null was set, its scope is signed out, and the session lives on elsewhere") {
    Signed s;
    CHECK(s.user({cookie(s.ada), in(scope)}) == "ada");
    CHECK(s.sidecar.set_session(R"({"session":null})", {cookie(s.ada), in(scope)}).status == 200);

    CHECK(s.sidecar.get("/session", s.ada, {in(scope)}).json().at("reason") == "no_cookie");
    CHECK(s.user({cookie(s.ada), in(scope)}).empty());
    CHECK(s.user({cookie(s.ada), in(other_scope)}) == "ada");
}

TEST_CASE("the last thing that was set in a scope counts, for five seconds") {
    Sidecar sidecar("memory:", {{"session.active_period", "1h"}});
    const std::string ada = sidecar.sign_in();
    const auto state = [&] { return sidecar.get("/session", ada, {in(scope)}).field("X-Session-State"); };
    CHECK(sidecar.set_session(R"({"session":null})", {cookie(ada), in(scope)}).status == 200);
    CHECK(state() == "none");
    CHECK(sidecar.set_session(body_with(ada), {cookie(ada), in(scope)}).status == 200);
    CHECK(state() == "active");
    CHECK(sidecar.set_session(R"({"session":null})", {cookie(ada), in(scope)}).status == 200);

    sidecar.advance(4999ms);
    CHECK(state() == "none");
    sidecar.advance(1ms);
    CHECK(state() == "active");
}

TEST_CASE("a token that is no live session's changes nothing in its scope") {
    Signed s;
    std::string wrong = s.bob;
    wrong[30] = wrong[30] == 'A' ? 'B' : 'A';
    CHECK(s.sidecar.set_session(body_with(wrong), {cookie(s.ada), in(scope)}).status == 422);

    CHECK(s.user({cookie(s.ada), in(scope)}) == "ada");
}

TEST_CASE("a session that was set and then revoked is not answered in its scope, nor is the one before it") {
    Signed s;
    CHECK(s.sidecar.set_session(body_with(s.bob), {cookie(s.ada), in(scope)}).status == 200);
    CHECK(s.user({cookie(s.ada), in(scope)}) == "bob");
    CHECK(s.sidecar.call_control("DELETE", "/sessions/" + session_id_of(s.bob)).status == 204);

    CHECK(s.sidecar.get("/session", s.ada, {in(scope)}).json().at("reason") == "unknown");
}

TEST_CASE("a sign-in without a cookie is seen in its scope when nobody can guess that") {
    Signed s;
    for (const std::string& name :
         {scope, std::string("3F1C9A70B2D4E5866A0F7C1DE2934B58"), std::string("3f1c9a70-b2d4-4586-9a0f-7c1de2934b58"),
          std::string("3f1c9a70-b2d4-7586-9a0f-7c1de2934b58"), std::string("3f1c9a70b2d415869a0f7c1de2934b58")}) {
        CAPTURE(name);
        const Reply reply = s.sidecar.set_session(body_with(s.bob), {in(name)});
        CHECK(reply.field("X-Session-Scope").empty());
        CHECK(s.user({in(name)}) == "bob");
        CHECK(s.user({cookie(s.ada), in(name)}) == "ada");
        CHECK(s.sidecar.set_session(R"({"session":null})", {in(name)}).status == 200);
        CHECK(s.user({in(name)}).empty());
    }
}

TEST_CASE("a sign-in without a cookie is not seen by another caller of a constant, short or guessable scope") {
    Signed s;
    for (const char* name : {"fixed-request-id", "00000000000000000000000000000000", "0123456701234567012345670123456",
                             "01234560123456012345601234560123", "3f1c9a70-b2d4-1586-9a0f-7c1de2934b58",
                             "3f1c9a70-b2d4-2586-9a0f-7c1de2934b58", "3f1c9a70-b2d4-6586-9a0f-7c1de2934b58",
                             "3f1c9a70b2d4-4586-9a0f-7c1de2934b58-", "request-2026-11-24-000000001", "short-id",
                             "3f1c9a70b2d4e5866a0f7c1de2934b5g"}) {
        CAPTURE(name);
        const Reply reply = s.sidecar.set_session(body_with(s.bob), {in(name)});
        CHECK(reply.status == 200);
        CHECK(reply.field("X-Session-Scope") == "ignored");
        CHECK(s.user({in(name)}).empty());
        CHECK(s.user({{"Cookie", "__Host-session="}, in(name)}).empty());
    }
}

TEST_CASE("a cookie that is no token is no credential: a guessable scope does not become a stranger's through it") {
    Signed s;
    const Fields fields{{"Cookie", "__Host-session=x"}, in("fixed-request-id")};
    CHECK(s.sidecar.set_session(body_with(s.bob), fields).field("X-Session-Scope") == "ignored");
    CHECK(s.user(fields).empty());
}

TEST_CASE("with a credential any scope will do, and without a scope nothing is said about one") {
    Signed s;
    const Fields fields{cookie(s.ada), in("request-0000000017")};
    CHECK(s.sidecar.set_session(body_with(s.bob), fields).field("X-Session-Scope").empty());
    CHECK(s.user(fields) == "bob");

    CHECK(s.sidecar.set_session(body_with(s.bob)).field("X-Session-Scope").empty());
}

TEST_CASE("what was set for a bearer is seen by the bearer alone") {
    Signed s;
    const Fields bearer{{"Authorization", "Bearer " + s.ada}, in(scope)};
    CHECK(s.sidecar.set_session(body_with(s.bob), bearer).status == 200);

    CHECK(s.user(bearer) == "bob");
    CHECK(s.user({cookie(s.ada), in(scope)}) == "bob");
    CHECK(s.user({{"Authorization", "Bearer " + s.bob}, in(scope)}) == "bob");
    CHECK(s.user({in(scope)}).empty());
}
