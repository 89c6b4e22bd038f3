#include <doctest/doctest.h>

#include "tests/support/sidecar.hpp"

namespace sessgate::tests {
namespace {

std::size_t requests_logged(const Sidecar& sidecar) {
    const auto events = sidecar.log.events();
    return static_cast<std::size_t>(std::count(events.begin(), events.end(), "request"));
}

}  // namespace

TEST_CASE("no request is logged unless a sample was asked for") {
    Sidecar sidecar;

    sidecar.get("/session");

    CHECK(requests_logged(sidecar) == 0);
}

TEST_CASE("one of so many requests is logged, with what was answered and where it belongs") {
    Sidecar sidecar("memory:", {{"log.access_every", "3"}, {"threads", "1"}});
    const Fields marks{{"X-Request-Id", "0123456789abcdef"},
                       {"Traceparent", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"}};

    for (int i = 0; i < 6; ++i) sidecar.get("/session", {}, marks);

    CHECK(requests_logged(sidecar) == 2);
    CHECK(sidecar.log.text_of("request", "endpoint") == "GET /session");
    CHECK(sidecar.log.text_of("request", "outcome") == "no_cookie");
    CHECK(sidecar.log.text_of("request", "request_id") == "0123456789abcdef");
    CHECK(sidecar.log.text_of("request", "trace_id") == "4bf92f3577b34da6a3ce929d0e0e4736");
    CHECK(sidecar.log.text_of("request", "parent_id") == "00f067aa0ba902b7");
}

TEST_CASE("no token reaches the access log, wherever a client puts it") {
    Sidecar sidecar("memory:", {{"log.access_every", "1"}});
    const std::string token = sidecar.sign_in();
    const std::string path = "/" + token;

    sidecar.get(path);
    sidecar.get("/session?" + token);
    sidecar.get("/session", token, {{"X-Request-Id", token}, {"Traceparent", token}});
    sidecar.get("/session", {}, {{"Authorization", "Bearer " + token}});
    sidecar.call_control("GET", "/users" + path + "/sessions");

    // That none was logged is what LogCapture holds every test to.
    CHECK(requests_logged(sidecar) == 6);
    CHECK(sidecar.log.text_of("request", "request_id").empty());
}

}  // namespace sessgate::tests
