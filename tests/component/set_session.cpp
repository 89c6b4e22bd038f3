#include <doctest/doctest.h>

#include "tests/support/sidecar.hpp"

using namespace sessgate::tests;
using namespace std::chrono_literals;

TEST_CASE("a session is set by its token in either shape and comes back with its cookie") {
    Sidecar sidecar;
    const std::string token = sidecar.sign_in();
    for (const std::string& body : {R"({"session":{"token":")" + token + R"("}})", R"({"token":")" + token + R"("})"}) {
        const Reply reply = sidecar.set_session(body);
        CHECK(reply.status == 200);
        CHECK(reply.json().at("session").at("fresh") == true);
        REQUIRE(reply.set_cookies().size() == 1);
        CHECK(token_in(reply.set_cookies().front()) == token);
        CHECK(reply.json().at("setCookie").at(0) == reply.set_cookies().front());
    }
}

TEST_CASE("setting the token that a rotation is replacing gives the successor's cookie") {
    Sidecar sidecar;
    const std::string token = sidecar.sign_in();
    sidecar.advance(1001ms);

    const Reply reply = sidecar.set_session(R"({"token":")" + token + R"("})");
    REQUIRE(reply.set_cookies().size() == 1);
    const std::string successor = token_in(reply.set_cookies().front());
    CHECK(successor != token);
    CHECK(sidecar.get("/session", successor).field("X-Session-State") == "active");
}

TEST_CASE("setting null removes the cookie and leaves the session alive") {
    Sidecar sidecar;
    const std::string token = sidecar.sign_in();

    const Reply reply = sidecar.set_session(R"({"session":null})", {{"Cookie", "__Host-session=" + token}});
    CHECK(reply.status == 200);
    CHECK(reply.json().at("session").is_null());
    REQUIRE(reply.set_cookies().size() == 1);
    CHECK(token_in(reply.set_cookies().front()).empty());
    CHECK(sidecar.get("/session", token).field("X-Session-State") == "active");
}

TEST_CASE("setting null with revoke ends the session of the presented token, and of no other") {
    Sidecar sidecar;
    const std::string token = sidecar.sign_in();
    std::string wrong_secret = token;
    wrong_secret[30] = wrong_secret[30] == 'A' ? 'B' : 'A';
    const std::string body = R"({"session":null,"revoke":true})";

    CHECK(sidecar.set_session(body, {{"Cookie", "__Host-session=" + wrong_secret}}).status == 200);
    CHECK(sidecar.set_session(R"({"session":null,"revoke":false})", {{"Cookie", "__Host-session=" + token}}).status ==
          200);
    CHECK(sidecar.get("/session", token).field("X-Session-State") == "active");
    const Reply reply = sidecar.set_session(body, {{"Cookie", "__Host-session=" + token}});
    CHECK(reply.status == 200);
    CHECK(reply.set_cookies().size() == 1);
    CHECK(sidecar.get("/session", token).json().at("reason") == "unknown");
}

TEST_CASE("setting null with revoke ends every live session whose cookie was sent") {
    Sidecar sidecar;
    const std::string first = sidecar.sign_in();
    const std::string second = sidecar.sign_in(R"({"userId":"bob"})");
    const std::string cookies = "__Host-session=" + first + "; __Host-session=" + second;

    const Reply reply = sidecar.set_session(R"({"session":null,"revoke":true})", {{"Cookie", cookies}});

    CHECK(reply.status == 200);
    CHECK(sidecar.get("/session", first).json().at("reason") == "unknown");
    CHECK(sidecar.get("/session", second).json().at("reason") == "unknown");
}

TEST_CASE("a token that is not that of a live session is 422 and sets no cookie") {
    Sidecar sidecar;
    const std::string token = sidecar.sign_in();
    for (const std::string& bad : {std::string(), std::string("rubbish"), token.substr(1),
                                   std::string("aaaaaaaaaaaaaaaaaaaa.AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8")}) {
        const Reply reply = sidecar.set_session(R"({"token":")" + bad + R"("})");
        CHECK(reply.status == 422);
        CHECK(reply.json().at("code") == "session_invalid");
        CHECK(reply.set_cookies().empty());
    }
    sidecar.advance(11'001ms);
    CHECK(sidecar.set_session(R"({"token":")" + token + R"("})").status == 422);
}

TEST_CASE("a body of another shape is 422, one that is no JSON object 400, one of another type 415") {
    Sidecar sidecar;
    for (const char* body :
         {R"({})", R"({"token":5})", R"({"session":{}})", R"({"session":5})", R"({"session":{"token":null}})",
          R"({"token":"a","session":null})", R"({"session":null,"revoke":1})", R"({"token":"a","revoke":true})"}) {
        const Reply reply = sidecar.set_session(body);
        CHECK_MESSAGE(reply.status == 422, body);
        CHECK(reply.set_cookies().empty());
    }
    const std::string deep = R"({"session":)" + std::string(33, '[') + std::string(33, ']') + "}";
    for (const std::string& body : {std::string("[]"), std::string("null"), std::string("{"), std::string("{} x"),
                                    std::string("{\"session\":null,\"session\":null}"), deep,
                                    std::string("{\"session\":null}\0", 17), std::string("{\"session\":nul\0}", 16)}) {
        const Reply reply = sidecar.set_session(body);
        CHECK_MESSAGE(reply.status == 400, body);
        CHECK(reply.field("Content-Type") == "application/problem+json");
        CHECK(reply.set_cookies().empty());
    }
    CHECK(sidecar.set_session(R"({"session":null})", {{"Content-Type", "text/plain"}}).status == 415);
    CHECK(sidecar.set_session(R"({"session":null})", {{"Content-Type", "application/json; charset=utf-8"}}).status ==
          200);
}
