#include <doctest/doctest.h>

#include <sys/stat.h>
#include <fstream>

#include "tests/support/settings.hpp"
#include "tests/support/sidecar.hpp"

using namespace sessgate::tests;
using namespace std::chrono_literals;

TEST_CASE("a session is created with all that it was given, shown without its token, and revoked") {
    Sidecar sidecar;
    const Reply created = sidecar.call_control(
        "POST", "/sessions", R"({"userId":"ada","attributes":{"ip":"10.0.0.1"},"user":{"attributes":{"name":"Ada"}}})");
    CHECK(created.status == 201);
    const auto session = created.json().at("session");
    const std::string id = session.at("sessionId");
    CHECK(session.at("token").get<std::string>().starts_with(id + "."));
    CHECK(session.at("attributes").at("ip") == "10.0.0.1");

    const Reply shown = sidecar.call_control("GET", "/sessions/" + id);
    CHECK(shown.status == 200);
    CHECK_FALSE(shown.json().at("session").contains("token"));
    CHECK(shown.body.find(session.at("token").get<std::string>().substr(21)) == std::string::npos);
    CHECK(sidecar.call_control("GET", "/users/ada").json().at("user").at("attributes").at("name") == "Ada");

    CHECK(sidecar.call_control("DELETE", "/sessions/" + id).status == 204);
    CHECK(sidecar.call_control("GET", "/sessions/" + id).status == 404);
}

TEST_CASE("a dead session is not shown and not listed") {
    Sidecar sidecar;
    const std::string id = session_id_of(sidecar.sign_in());
    sidecar.advance(11'000ms);
    CHECK(sidecar.call_control("GET", "/sessions/" + id).json().at("session").at("state") == "idle");
    CHECK(sidecar.call_control("GET", "/users/ada/sessions").json().at("sessions").size() == 1);
    sidecar.advance(1ms);
    CHECK(sidecar.call_control("GET", "/sessions/" + id).status == 404);
    CHECK(sidecar.call_control("GET", "/users/ada/sessions").json().at("sessions").empty());
}

TEST_CASE("a user's sessions are listed in pages and revoked together, or all but one") {
    Sidecar sidecar;
    std::vector<std::string> ids;
    for (int i = 0; i < 5; ++i) ids.push_back(session_id_of(sidecar.sign_in()));
    const std::string others = session_id_of(sidecar.sign_in(R"({"userId":"bob"})"));
    std::sort(ids.begin(), ids.end());

    std::vector<std::string> listed;
    std::string target = "/users/ada/sessions?limit=2";
    for (int page = 0; page < 3; ++page) {
        const auto list = sidecar.call_control("GET", target).json();
        for (const auto& session : list.at("sessions")) listed.push_back(session.at("sessionId"));
        if (list.at("nextAfter").is_null()) break;
        target = "/users/ada/sessions?limit=2&after=" + list.at("nextAfter").get<std::string>();
    }
    CHECK(listed == ids);

    CHECK(sidecar.call_control("DELETE", "/users/ada/sessions?except=" + ids[2]).json() ==
          nlohmann::json{{"revoked", 4}});
    CHECK(sidecar.call_control("GET", "/sessions/" + ids[2]).status == 200);
    CHECK(sidecar.call_control("DELETE", "/users/ada/sessions").json() == nlohmann::json{{"revoked", 1}});
    CHECK(sidecar.call_control("GET", "/sessions/" + others).status == 200);
    for (const char* query : {"limit=0", "limit=1001", "limit=x", "after=x"}) {
        CHECK(sidecar.call_control("GET", "/users/ada/sessions?" + std::string(query)).status == 400);
    }
}

TEST_CASE("a user's attributes reach each of its sessions, and deleting the user ends them") {
    Sidecar sidecar;
    const std::string token = sidecar.sign_in();
    CHECK(sidecar.get("/session-user", token).json().at("reason") == "user_missing");
    CHECK(sidecar.get("/session-user", token).json().at("user").is_null());
    CHECK(sidecar.get("/session", token).field("X-Session-State") == "active");

    CHECK(sidecar.call_control("PUT", "/users/ada", R"({"attributes":{"role":"admin"}})").status == 200);
    CHECK(sidecar.get("/session-user", token).json().at("user").at("attributes").at("role") == "admin");
    CHECK(sidecar.call_control("PUT", "/users/ada", R"({"attributes":{"role":"guest"}})").status == 200);
    CHECK(sidecar.get("/session-user", token).json().at("user").at("attributes").at("role") == "guest");

    CHECK(sidecar.call_control("DELETE", "/users/ada").status == 204);
    CHECK(sidecar.get("/session", token).json().at("reason") == "unknown");
    CHECK(sidecar.call_control("DELETE", "/users/ada").status == 404);
    CHECK(sidecar.call_control("GET", "/users/ada").status == 404);
}

TEST_CASE("a user id is percent-encoded in a path and anything that is none is 422") {
    Sidecar sidecar;
    CHECK(sidecar.call_control("PUT", "/users/a%2Fb%25%40c", R"({"attributes":{"n":1}})")
              .json()
              .at("user")
              .at("userId") == "a/b%@c");
    CHECK(sidecar.call_control("GET", "/users/a%2fb%25@c").status == 200);
    for (const char* bad : {"a%20b", "%7Ba%7D", "%00", "%C3%A4", "%zz", "a%2"}) {
        CHECK_MESSAGE(sidecar.call_control("GET", "/users/" + std::string(bad)).status == 422, bad);
    }
    CHECK(sidecar.call_control("GET", "/users/" + std::string(128, 'a')).status == 404);
    CHECK(sidecar.call_control("GET", "/users/" + std::string(129, 'a')).status == 422);
}

TEST_CASE("a creation that cannot be what its caller meant is 422 and creates nothing") {
    Sidecar sidecar;
    const std::string large = R"({"userId":"ada","attributes":{"a":")" + std::string(3072, 'x') + R"("}})";
    for (const std::string& body :
         {std::string(R"({})"), std::string(R"({"userId":5})"), std::string(R"({"userId":""})"),
          std::string(R"({"userId":"a b"})"), std::string(R"({"userId":"ada","idlePeriodd":"1s"})"),
          std::string(R"({"userId":"ada","activePeriod":5})"), std::string(R"({"userId":"ada","activePeriod":"5"})"),
          std::string(R"({"userId":"ada","activePeriod":"0s"})"),
          std::string(R"({"userId":"ada","activePeriod":"499ms"})"), std::string(R"({"userId":"ada","attributes":[]})"),
          std::string(R"({"userId":"ada","user":{}})"), std::string(R"({"userId":"ada","user":{"attributes":5}})"),
          large}) {
        CHECK_MESSAGE(sidecar.call_control("POST", "/sessions", body).status == 422, body);
    }
    CHECK(sidecar.call_control("GET", "/users/ada/sessions").json().at("sessions").empty());
    CHECK(sidecar.call_control("POST", "/sessions", R"({"userId":"ada","activePeriod":"500ms"})").status == 201);
}

TEST_CASE("attributes come back as they were sent: 64-bit integers, doubles, strings, 3 KiB of them") {
    Sidecar sidecar;
    const std::string attributes =
        R"({"big":18446744073709551615,"deep":{"a":[1,2,{"b":null}]},"neg":-9223372036854775808,"pi":3.141592653589793,"text":"\u0001ä\"😀"})";
    const std::string token = sidecar.sign_in(R"({"userId":"ada","attributes":)" + attributes + "}");
    CHECK(sidecar.get("/session", token).json().at("session").at("attributes") == nlohmann::json::parse(attributes));

    const std::string most = R"({"a":")" + std::string(3072 - 8, 'x') + R"("})";
    CHECK(
        sidecar.sign_in(R"({"userId":"ada","attributes":)" + most + R"(,"user":{"attributes":)" + most + "}}").size() ==
        64);
}

TEST_CASE("a control port with tokens asks for one, except for probes and the contract") {
    const TemporaryFolder folder;
    const std::string tokens = file_in(folder, "tokens", "first-control-token\nsecond-control-token\n");
    Sidecar sidecar("memory:", {{"control.listen", "127.0.0.1:0"}, {"control.token_file", tokens}});
    const auto list = [&](const Fields& fields) {
        return sidecar.control().request("GET", "/users/ada/sessions", fields);
    };

    const Reply refused = list({});
    CHECK(refused.status == 401);
    CHECK(refused.field("WWW-Authenticate") == "Bearer");
    CHECK(list({{"Authorization", "Bearer first-control-toke"}}).status == 401);
    CHECK(list({{"Authorization", "Bearer first-control-token "}}).status == 200);
    CHECK(list({{"Authorization", "Basic first-control-token"}}).status == 401);
    CHECK(list({{"Authorization", "Bearer first-control-token"}}).status == 200);
    CHECK(list({{"Authorization", "bearer second-control-token"}}).status == 200);
    for (const char* open : {"/livez", "/readyz", "/openapi.yaml"}) {
        CHECK(sidecar.control().request("GET", open).status == 200);
    }
}

TEST_CASE("a query that is not understood ends no session") {
    Sidecar sidecar;
    const std::string token = sidecar.sign_in();
    const std::string id = session_id_of(token);
    const std::string twice = "except=" + id + "&except=" + id;
    for (const std::string& query : {"excpet=" + id, "ex%63ept=" + id, twice, std::string("except="), std::string("all")}) {
        CAPTURE(query);
        const Reply reply = sidecar.call_control("DELETE", "/users/ada/sessions?" + query);
        CHECK(reply.status == 400);
        CHECK(reply.json().at("code") == "query_invalid");
    }
    CHECK(sidecar.call_control("GET", "/users/ada/sessions?limits=1").status == 400);
    CHECK(sidecar.call_control("DELETE", "/users/ada/sessions?except=" + id).json().at("revoked") == 0);
    CHECK(sidecar.get("/session", token).field("X-Session-State") == "active");
}
