// What the program asks the heap for, counted on every thread but the tests'.

#include <doctest/doctest.h>

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <new>

#include "tests/support/counted_sidecar.hpp"
#include "tests/support/scrape.hpp"

using namespace sessgate;
using namespace sessgate::tests;
using namespace std::chrono_literals;

namespace {

std::atomic<std::size_t> allocations = 0;
thread_local bool is_counted = true;

void count() noexcept {
    if (is_counted) allocations.fetch_add(1, std::memory_order_relaxed);
}

/// For so many answers to the same request on one connection, of which those before have warmed everything up.
std::size_t allocations_for(HttpClient& client, const std::string& target, const Fields& fields) {
    constexpr int warming_up = 300;
    constexpr int counted = 500;
    is_counted = false;
    std::size_t before = 0;
    for (int i = 0; i < warming_up + counted; ++i) {
        if (i == warming_up) before = allocations;
        REQUIRE(client.request("GET", target, fields).field("X-Session-State") == "active");
    }
    return allocations - before;
}

}  // namespace

void* operator new(std::size_t size) {
    count();
    if (void* const memory = std::malloc(size)) return memory;
    throw std::bad_alloc();
}
void operator delete(void* memory) noexcept {
    std::free(memory);
}
void operator delete(void* memory, std::size_t) noexcept {
    std::free(memory);
}

/// Where Asio takes room for handlers and coroutines, once it has none left to use again.
extern "C" void* aligned_alloc(std::size_t alignment, std::size_t size) noexcept {
    count();
    void* memory = nullptr;
    return posix_memalign(&memory, std::max(alignment, sizeof(void*)), size) == 0 ? memory : nullptr;
}

TEST_CASE("the heap is asked for nothing to answer from the near-cache, in a scope or without one") {
    CountedSidecar counted("lmdb:", {{"session.active_period", "1h"}});
    const std::string token = counted.sidecar.sign_in(R"({"userId":"ada","user":{"attributes":{"name":"Ada"}}})");
    const Fields in_scope = {cookie(token), {"X-Request-Id", "0123456789abcdef0123456789abcdef"}};
    HttpClient client = counted.sidecar.data();

    CHECK(allocations_for(client, "/session", {cookie(token)}) == 0);
    CHECK(allocations_for(client, "/session-user", {cookie(token)}) == 0);
    // Before that, the answer would be the memo's.
    counted.sidecar.advance(11s);
    CHECK(allocations_for(client, "/session", in_scope) == 0);
}

TEST_CASE("the heap is asked for nothing to answer from the memo of a scope") {
    Sidecar sidecar("memory:");
    const std::string token = sidecar.sign_in(R"({"userId":"ada","user":{"attributes":{"name":"Ada"}}})");
    const Fields in_scope = {cookie(token), {"X-Request-Id", "0123456789abcdef0123456789abcdef"}};
    HttpClient client = sidecar.data();

    CHECK(allocations_for(client, "/session", in_scope) == 0);
    CHECK(allocations_for(client, "/session-user", in_scope) == 0);
    CHECK(Scrape(sidecar)[R"(sessgate_memo_lookups_total{result="miss"})"] == 1);
}
