#include <doctest/doctest.h>

#include "tests/support/sidecar.hpp"

using namespace sessgate::tests;
using namespace std::chrono_literals;

namespace {

std::string reason_of(const Reply& reply) {
    CHECK(reply.status == 200);
    return reply.json().value("reason", "");
}

Fields cookie(const std::string& line) {
    return {{"Cookie", line}};
}

}  // namespace

TEST_CASE("no cookie, and cookies of other names, are no_cookie and get no Set-Cookie") {
    Sidecar sidecar;
    const std::string token = sidecar.sign_in();
    for (const std::string& line : {std::string("a=b"), "session=" + token, "__host-session=" + token,
                                    "X__Host-session=" + token, "\xe2\x80\x80__Host-session=" + token}) {
        const Reply reply = sidecar.get("/session", {}, cookie(line));
        CHECK(reason_of(reply) == "no_cookie");
        CHECK(reply.set_cookies().empty());
        CHECK(reply.field("X-Session-State") == "none");
    }
    CHECK(reason_of(sidecar.get("/session")) == "no_cookie");
}

TEST_CASE("a malformed value is told apart from an unknown session, and only the unknown one loses its cookie") {
    Sidecar sidecar;
    const std::string token = sidecar.sign_in();
    std::string other_id = token;
    other_id[5] = other_id[5] == 'a' ? 'b' : 'a';
    std::string wrong_secret = token;
    wrong_secret[30] = wrong_secret[30] == 'A' ? 'B' : 'A';

    const Reply malformed = sidecar.get("/session", "\"" + token + "\"");
    CHECK(reason_of(malformed) == "malformed");
    CHECK(malformed.set_cookies().empty());
    const Reply unknown = sidecar.get("/session", other_id);
    CHECK(reason_of(unknown) == "unknown");
    REQUIRE(unknown.set_cookies().size() == 1);
    const Reply wrong = sidecar.get("/session", wrong_secret);
    CHECK(reason_of(wrong) == "unknown");
    CHECK(wrong.set_cookies().empty());
}

TEST_CASE("a cookie is removed only for navigations, or for GETs that carry no Sec-Fetch field") {
    Sidecar sidecar;
    const std::string unknown = "aaaaaaaaaaaaaaaaaaaa.AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8";
    const auto removes = [&](const Fields& fields) {
        return !sidecar.get("/session", unknown, fields).set_cookies().empty();
    };

    CHECK(removes({}));
    CHECK(removes({{"Sec-Fetch-Mode", "navigate"}}));
    CHECK(removes({{"X-Forwarded-Method", "GET"}}));
    CHECK_FALSE(removes({{"Sec-Fetch-Mode", "cors"}}));
    CHECK_FALSE(removes({{"Sec-Fetch-Site", "same-origin"}}));
    CHECK_FALSE(removes({{"Sec-Fetch-Dest", "empty"}}));
    CHECK_FALSE(removes({{"X-Forwarded-Method", "HEAD"}}));
}

TEST_CASE(
    "several Cookie lines and several values of our cookie are read, and values of two live sessions are ambiguous") {
    Sidecar sidecar;
    const std::string first = sidecar.sign_in();
    const std::string second = sidecar.sign_in();
    const std::string unknown = "aaaaaaaaaaaaaaaaaaaa.AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8";
    const auto get = [&](const Fields& fields) { return sidecar.get("/session", {}, fields); };
    const std::string name = "__Host-session=";

    CHECK(get({{"Cookie", "a=b"}, {"Cookie", name + first}}).field("X-Session-State") == "active");
    CHECK(get(cookie(name + "rubbish; " + name + first)).field("X-Session-State") == "active");
    CHECK(get(cookie(name + unknown + "; " + name + first)).field("X-Session-State") == "active");
    CHECK(get(cookie(name + first + ";" + name + first)).field("X-Session-State") == "active");
    const Reply ambiguous = get({{"Cookie", name + first}, {"Cookie", name + second}});
    CHECK(reason_of(ambiguous) == "ambiguous_cookie");
    CHECK(ambiguous.set_cookies().empty());

    sidecar.call_control("DELETE", "/sessions/" + session_id_of(second));
    CHECK(get(cookie(name + first + "; " + name + second)).json().at("session").at("sessionId") ==
          session_id_of(first));
}

TEST_CASE("of one session's values the successor counts before the old token") {
    Sidecar sidecar;
    const std::string token = sidecar.sign_in();
    sidecar.advance(1001ms);
    const std::string successor = token_in(sidecar.get("/session", token).set_cookies().at(0));

    const Reply reply =
        sidecar.get("/session", {}, cookie("__Host-session=" + token + "; __Host-session=" + successor));
    CHECK(reply.field("X-Session-State") == "active");
    CHECK(reply.set_cookies().empty());
    CHECK(sidecar.get("/session", token).set_cookies().size() == 1);
}

TEST_CASE("an unsafe request from an untrusted origin is told no session, and its cookie is left alone") {
    Sidecar sidecar("memory:", {{"origin.allow", "https://app.example.org"}});
    const std::string token = sidecar.sign_in();
    const auto reason = [&](Fields fields) {
        fields.emplace_back("X-Forwarded-Method", "POST");
        const Reply reply = sidecar.get("/session", token, fields);
        CHECK(reply.set_cookies().empty());
        return reason_of(reply);
    };

    CHECK(reason({{"Sec-Fetch-Site", "cross-site"}}) == "untrusted_origin");
    CHECK(reason({{"Origin", "https://evil.example"}}) == "untrusted_origin");
    CHECK(reason({{"Origin", "null"}}) == "untrusted_origin");
    CHECK(reason({{"Sec-Fetch-Site", "same-origin"}}).empty());
    CHECK(reason({{"Origin", "https://app.example.org"}}).empty());
    CHECK(
        reason({{"Origin", "https://own.example"}, {"X-Forwarded-Proto", "https"}, {"X-Forwarded-Host", "own.example"}})
            .empty());
}

TEST_CASE("without the original method nothing is checked by default, and everything is denied when strict") {
    const Fields evil{{"Origin", "https://evil.example"}};
    Sidecar lenient;
    CHECK(reason_of(lenient.get("/session", lenient.sign_in(), evil)).empty());
    Sidecar strict("memory:", {{"origin.check", "strict"}});
    CHECK(reason_of(strict.get("/session", strict.sign_in(), evil)) == "untrusted_origin");
    CHECK(reason_of(strict.get("/session", strict.sign_in(), {{"Sec-Fetch-Site", "same-origin"}})) ==
          "untrusted_origin");
}

TEST_CASE("forwarded fields of a caller that is not trusted count for nothing") {
    Sidecar sidecar("memory:", {{"proxies.trusted", "10.0.0.0/8"}, {"origin.check", "strict"}});
    const std::string token = sidecar.sign_in();

    CHECK(reason_of(sidecar.get("/session", token, {{"X-Forwarded-Method", "GET"}})) == "untrusted_origin");
    CHECK(reason_of(sidecar.get(
              "/session", token,
              {{"Origin", "https://a.example"}, {"X-Forwarded-Proto", "https"}, {"X-Forwarded-Host", "a.example"}})) ==
          "untrusted_origin");
}
