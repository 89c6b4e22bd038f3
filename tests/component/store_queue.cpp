#include <doctest/doctest.h>

#include "tests/support/counted_sidecar.hpp"

namespace sessgate::tests {
namespace {

const Sidecar::Settings two_places{{"store.queue_max", "2"}, {"threads", "1"}, {"store.near_cache", "false"}};

std::vector<std::pair<std::string, Fields>> requests_for(Sidecar& sidecar, std::size_t count, const char* target) {
    std::vector<std::pair<std::string, Fields>> requests;
    while (requests.size() < count) requests.push_back({target, {cookie(sidecar.sign_in())}});
    return requests;
}

std::size_t count_of(const std::vector<Reply>& replies, int status) {
    return static_cast<std::size_t>(std::ranges::count(replies, status, &Reply::status));
}

}  // namespace

TEST_CASE("requests over store.queue_max are 503 at once, and those in the queue are answered") {
    CountedSidecar counted("memory:", two_places);
    const auto requests = requests_for(counted.sidecar, 6, "/session");
    counted.faults.read_ms = 300;

    const auto replies = counted.at_once(requests);

    REQUIRE(count_of(replies, 200) == 2);
    REQUIRE(count_of(replies, 503) == 4);
    CHECK(counted.faults.reads == 2);
    for (const Reply& reply : replies) {
        if (reply.status == 200) continue;
        CHECK(reply.json().at("code") == "store_busy");
        CHECK(reply.field("Retry-After") == "1");
        CHECK(reply.field("X-Session-State") == "unavailable");
        CHECK(reply.set_cookies().empty());
    }
    counted.faults.read_ms = 0;
    for (const auto& [target, fields] : requests) CHECK(counted.sidecar.get(target, {}, fields).status == 200);
}

TEST_CASE("a full queue is a proxy's 503, and never a deny") {
    CountedSidecar counted("memory:", two_places);
    const auto requests = requests_for(counted.sidecar, 4, "/authz/nginx");
    counted.faults.read_ms = 300;

    const auto replies = counted.at_once(requests);

    CHECK(count_of(replies, 200) == 2);
    CHECK(count_of(replies, 503) == 2);
}

TEST_CASE("a revocation goes past a full queue") {
    CountedSidecar counted("memory:", two_places);
    const auto requests = requests_for(counted.sidecar, 2, "/session");
    const std::string other = counted.sidecar.sign_in();
    counted.faults.read_ms = 500;
    std::vector<HttpClient> waiting;
    for (const auto& [target, fields] : requests) {
        waiting.push_back(counted.sidecar.data());
        waiting.back().send(request_text("GET", target, fields));
    }
    while (counted.faults.reads < 2) std::this_thread::yield();

    CHECK(counted.sidecar.call_control("DELETE", "/sessions/" + session_id_of(other)).status == 204);
    CHECK(counted.sidecar.get("/session", other).status == 503);
    for (HttpClient& client : waiting) CHECK(client.read().status == 200);
}

}  // namespace sessgate::tests
