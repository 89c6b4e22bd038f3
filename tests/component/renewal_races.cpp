#include <doctest/doctest.h>

#include <algorithm>
#include <set>

#include "tests/support/counted_sidecar.hpp"

using namespace sessgate::tests;
using namespace std::chrono_literals;

// Periods: 1 s active, 10 s idle; grace 100 ms, at most 5 s. The clock stands still until a test moves it.

namespace {

constexpr int parallel = 64;

struct Memory {
    static constexpr const char* url = "memory:";
};
struct Lmdb {
    static constexpr const char* url = "lmdb:";
};

/// A browser whose requests overlap, each in a scope of its own, over three shards.
struct Browser {
    explicit Browser(const char* store)
        : counted(store, {{"threads", "3"}}), token(counted.sidecar.sign_in()) {}

    /// All of them with one token, under way together. Every one of them is answered with the session.
    std::vector<Reply> ask_in_parallel(const std::string& presented) {
        std::vector<std::pair<std::string, Fields>> requests;
        for (int i = 0; i < parallel; ++i) {
            const std::string scope = "scope-0000000000-" + std::to_string(++scopes);
            requests.emplace_back("/session", Fields{cookie(presented), {"X-Request-Id", scope}});
        }
        std::vector<Reply> replies = counted.at_once(requests);
        for (const Reply& reply : replies) REQUIRE_MESSAGE(!reply.json().at("session").is_null(), reply.body);
        return replies;
    }

    bool is_signed_in(const std::string& presented) { return counted.state(presented) == "active"; }

    CountedSidecar counted;
    std::string token;
    int scopes = 0;
};

/// The one Set-Cookie value that all of them carry.
std::string only_set_cookie(const std::vector<Reply>& replies) {
    std::set<std::string> values;
    for (const Reply& reply : replies) {
        REQUIRE(reply.set_cookies().size() == 1);
        values.insert(reply.set_cookies().front());
    }
    REQUIRE(values.size() == 1);
    return *values.begin();
}

}  // namespace

TYPE_TO_STRING(Memory);
TYPE_TO_STRING(Lmdb);

TEST_CASE_TEMPLATE("64 parallel requests with one idle token write one renewal and bring one successor", Store, Memory,
                   Lmdb) {
    Browser browser(Store::url);
    browser.counted.sidecar.advance(1001ms);

    const auto replies = browser.ask_in_parallel(browser.token);
    CHECK(browser.counted.faults.replaced == 1);
    CHECK(std::ranges::count_if(replies, [](const Reply& reply) {
              return reply.json().at("session").at("fresh") == true;
          }) == 1);
    const std::string successor = token_in(only_set_cookie(replies));
    CHECK(successor != browser.token);

    // And the same for the successor's first use: one promotion.
    for (const Reply& reply : browser.ask_in_parallel(successor)) CHECK(reply.set_cookies().empty());
    CHECK(browser.counted.faults.replaced == 2);
}

TEST_CASE_TEMPLATE("when every answer of a renewal is thrown away, the next requests bring the same successor", Store,
                   Memory, Lmdb) {
    Browser browser(Store::url);
    browser.counted.sidecar.advance(1001ms);
    const std::string lost = only_set_cookie(browser.ask_in_parallel(browser.token));

    CHECK(only_set_cookie(browser.ask_in_parallel(browser.token)) == lost);
    CHECK(browser.counted.faults.replaced == 1);
    CHECK(browser.is_signed_in(token_in(lost)));
}

TEST_CASE_TEMPLATE("Set-Cookie lines that come late and out of order sign nobody out", Store, Memory, Lmdb) {
    Browser browser(Store::url);
    browser.counted.sidecar.advance(1001ms);
    const std::string second = token_in(only_set_cookie(browser.ask_in_parallel(browser.token)));
    browser.ask_in_parallel(second);
    browser.counted.sidecar.advance(1001ms);  // idle again, and the grace of the first token is over by the clock

    // Requests of before, whose answers still tell the second token while the third is already there.
    CHECK(token_in(only_set_cookie(browser.ask_in_parallel(browser.token))) == second);
    const std::string third = token_in(only_set_cookie(browser.ask_in_parallel(second)));
    CHECK(browser.is_signed_in(second));
    CHECK(browser.is_signed_in(third));
    CHECK(token_in(only_set_cookie(browser.ask_in_parallel(second))) == third);  // the jar went back to the second
    CHECK(browser.is_signed_in(third));
}

TEST_CASE_TEMPLATE("a second idle period before the successor was used keeps that successor", Store, Memory, Lmdb) {
    Browser browser(Store::url);
    browser.counted.sidecar.advance(1001ms);
    const std::string first_time = only_set_cookie(browser.ask_in_parallel(browser.token));
    browser.counted.sidecar.advance(1001ms);

    const auto replies = browser.ask_in_parallel(browser.token);
    CHECK(only_set_cookie(replies) == first_time);
    CHECK(browser.counted.faults.replaced == 2);
    CHECK(browser.is_signed_in(browser.token));
    CHECK(browser.is_signed_in(token_in(first_time)));
}

TEST_CASE_TEMPLATE("a client that crashes back to its old cookie within the grace is told the current one", Store,
                   Memory, Lmdb) {
    Browser browser(Store::url);
    browser.counted.sidecar.advance(1001ms);
    const std::string successor = token_in(only_set_cookie(browser.ask_in_parallel(browser.token)));
    browser.ask_in_parallel(successor);
    browser.counted.sidecar.advance(100ms);
    browser.ask_in_parallel(successor);

    CHECK(token_in(only_set_cookie(browser.ask_in_parallel(browser.token))) == successor);
    CHECK(browser.is_signed_in(successor));
}

TEST_CASE_TEMPLATE("a renewal or promotion that the store refuses to write signs nobody out", Store, Memory, Lmdb) {
    Browser browser(Store::url);
    browser.counted.sidecar.advance(1001ms);
    browser.counted.faults.writes_fail = true;
    for (const Reply& reply : browser.ask_in_parallel(browser.token)) CHECK(reply.set_cookies().empty());
    browser.counted.faults.writes_fail = false;
    const std::string successor = token_in(only_set_cookie(browser.ask_in_parallel(browser.token)));

    browser.counted.faults.writes_fail = true;
    browser.ask_in_parallel(successor);
    browser.ask_in_parallel(browser.token);
    browser.counted.faults.writes_fail = false;
    CHECK(browser.is_signed_in(browser.token));
    CHECK(browser.is_signed_in(successor));
}
