#include <doctest/doctest.h>

#include "tests/support/counted_sidecar.hpp"

using namespace sessgate::tests;
using namespace std::chrono_literals;

namespace {

const std::pair<std::string, std::string> scope{"X-Request-Id", "7f3a1c5e9b2d4f608a1c3e5f7b9d0246"};

}  // namespace

TEST_CASE(
    "an application that asks twice in its proxy's scope costs no look-up beside the proxy's, and gets its verdict") {
    CountedSidecar counted("lmdb:", {{"store.near_cache", "false"}});
    Sidecar& sidecar = counted.sidecar;
    const std::string token = sidecar.sign_in(R"({"userId":"ada","user":{"attributes":{}}})");
    sidecar.advance(1001ms);
    Reply proxys;
    Reply first;
    Reply second;
    CHECK(counted.reads_of([&] {
        proxys = sidecar.get("/authz/nginx", token, {scope, {"X-Original-Method", "GET"}});
        first = sidecar.get("/session-user", token, {scope});
        second = sidecar.get("/session-user", token, {scope});
    }) == 1);

    CHECK(proxys.status == 200);
    CHECK(proxys.set_cookies().size() == 1);
    CHECK(first.set_cookies() == proxys.set_cookies());
    CHECK(first.json() == second.json());
    CHECK(first.json().at("session").at("fresh") == true);
}

TEST_CASE("what /set-session decided in a scope is nothing to the proxies' endpoints") {
    Sidecar sidecar;
    const std::string token = sidecar.sign_in();
    const auto user = [&](const std::string& path) {
        return sidecar.get(path, token, {scope}).field("X-Session-User");
    };
    sidecar.set_session(R"({"session":null})", {cookie(token), scope});

    CHECK(sidecar.get("/session", token, {scope}).field("X-Session-State") == "none");
    for (const char* path : {"/authz/nginx", "/authz/caddy", "/authz/optional/haproxy"}) CHECK(user(path) == "ada");
}
