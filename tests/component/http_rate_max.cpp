#include <doctest/doctest.h>

#include "tests/support/sidecar.hpp"

namespace sessgate::tests {

using namespace std::chrono_literals;

TEST_CASE("requests over http.rate_max are 429 at once, and a rested caller is served again") {
    Sidecar sidecar("memory:", {{"http.rate_max", "3"}});
    for (int i = 0; i < 3; ++i) REQUIRE(sidecar.get("/session").status == 200);

    const Reply refused = sidecar.get("/session");
    CHECK(refused.status == 429);
    CHECK(refused.json().at("code") == "too_many_requests");
    CHECK(refused.field("Retry-After") == "1");
    CHECK(sidecar.get("/nowhere").status == 429);

    sidecar.advance(400ms);
    CHECK(sidecar.get("/session").status == 200);
    CHECK(sidecar.get("/session").status == 429);
}

TEST_CASE("a proxy that asks too often is told to ask again, never that nobody is signed in") {
    Sidecar sidecar("memory:", {{"http.rate_max", "1"}});
    REQUIRE(sidecar.get("/session").status == 200);

    const Reply refused = sidecar.get("/authz/nginx");
    CHECK(refused.status == 503);
    CHECK(refused.body.empty());
    CHECK(refused.field("X-Session-State") == "unavailable");
    CHECK(refused.field("X-Session-Reason") == "too_many_requests");
    CHECK(refused.field("Retry-After") == "1");
    CHECK(sidecar.get("/authz/optional/nginx").status == 200);
}

TEST_CASE("the control port and callers on a unix socket have no rate") {
    const TemporaryFolder folder;
    Sidecar sidecar("memory:", {{"http.rate_max", "1"}, {"listen", "unix:" + (folder.path() / "data.sock").string()}});
    for (int i = 0; i < 5; ++i) {
        CHECK(sidecar.get("/session").status == 200);
        CHECK(sidecar.call_control("GET", "/livez").status == 200);
    }
}

}  // namespace sessgate::tests
