#include <doctest/doctest.h>

#include "app/stores.hpp"
#include "sessgate/adapters/lmdb_store.hpp"
#include "tests/support/failing_store.hpp"
#include "tests/support/sidecar.hpp"

using namespace sessgate;
using namespace sessgate::tests;
using namespace std::chrono_literals;

namespace {

Sidecar::OpenStore failing(StoreFaults& faults) {
    return [&faults](const app::StoreConfig& config, const ports::Clock& clock,
                     ports::Log& log) -> boost::system::result<std::unique_ptr<app::StoreHandle>, std::string> {
        auto opened = app::open_store(config, clock, log);
        if (!opened) return opened.error();
        return std::make_unique<FailingHandle>(std::move(*opened), faults);
    };
}

void check_unavailable(const Reply& reply, std::string_view code) {
    CHECK(reply.status == 503);
    CHECK(reply.field("Content-Type") == "application/problem+json");
    CHECK(reply.field("Retry-After") == "1");
    CHECK(reply.field("Cache-Control") == "no-store");
    CHECK(reply.set_cookies().empty());
    CHECK(reply.json().at("code") == code);
    CHECK_FALSE(reply.json().contains("session"));
}

}  // namespace

TEST_CASE(
    "while the store cannot be read or written every call that has to ask it is 503, never a deny and never an allow") {
    StoreFaults faults;
    Sidecar sidecar("memory:", {}, failing(faults));
    const std::string token = sidecar.sign_in();
    const std::string session = "/sessions/" + session_id_of(token);
    faults.reads_fail = true;
    faults.writes_fail = true;

    for (const auto error : {core::Errc::store_unavailable, core::Errc::store_timeout, core::Errc::store_protocol}) {
        faults.error = error;
        const std::string_view code = core::to_text(error);
        const Reply reply = sidecar.get("/session", token);
        check_unavailable(reply, code);
        CHECK(reply.field("X-Session-State") == "unavailable");
        check_unavailable(sidecar.get("/session-user", token), code);
        check_unavailable(sidecar.get("/session?renew=false", token), code);
        check_unavailable(sidecar.get("/session", {}, {{"Authorization", "Bearer " + token}}), code);
        check_unavailable(sidecar.set_session(R"({"token":")" + token + R"("})"), code);
        check_unavailable(
            sidecar.set_session(R"({"session":null,"revoke":true})", {{"Cookie", "__Host-session=" + token}}), code);
        check_unavailable(sidecar.call_control("POST", "/sessions", R"({"userId":"ada"})"), code);
        check_unavailable(sidecar.call_control("POST", "/sessions", R"({"userId":"ada","user":{"attributes":{}}})"),
                          code);
        check_unavailable(sidecar.call_control("GET", session), code);
        check_unavailable(sidecar.call_control("DELETE", session), code);
        check_unavailable(sidecar.call_control("GET", "/users/ada/sessions"), code);
        check_unavailable(sidecar.call_control("DELETE", "/users/ada/sessions"), code);
        check_unavailable(sidecar.call_control("PUT", "/users/ada", R"({"attributes":{}})"), code);
        check_unavailable(sidecar.call_control("GET", "/users/ada"), code);
        check_unavailable(sidecar.call_control("DELETE", "/users/ada"), code);
        check_unavailable(sidecar.call_control("GET", "/readyz"), code);
    }
}

TEST_CASE("while the store is away, calls that need not ask it answer as always") {
    StoreFaults faults;
    Sidecar sidecar("memory:", {}, failing(faults));
    faults.reads_fail = true;
    faults.writes_fail = true;

    CHECK(sidecar.get("/session").json().at("reason") == "no_cookie");
    CHECK(sidecar.get("/session-user", "rubbish").json().at("reason") == "malformed");
    CHECK(sidecar.set_session(R"({"session":null})").status == 200);
    CHECK(sidecar.set_session(R"({"token":"rubbish"})").status == 422);
    CHECK(sidecar.call_control("GET", "/livez").status == 200);
    CHECK(sidecar.call_control("GET", "/openapi.yaml").status == 200);
    CHECK(sidecar.call_control("GET", "/sessions/rubbish").status == 404);
    CHECK(sidecar.call_control("GET", "/users/a%20b").status == 422);
}

TEST_CASE("a store that can be read but not written keeps sessions good: renewal and promotion wait") {
    StoreFaults faults;
    Sidecar sidecar("memory:", {}, failing(faults));
    const std::string token = sidecar.sign_in();
    sidecar.advance(1001ms);
    faults.writes_fail = true;

    const Reply unrenewed = sidecar.get("/session", token);
    CHECK(unrenewed.json().at("session").at("state") == "idle");
    CHECK(unrenewed.json().at("session").at("fresh") == false);
    CHECK(unrenewed.set_cookies().empty());

    faults.writes_fail = false;
    const std::string successor = token_in(sidecar.get("/session", token).set_cookies().at(0));
    faults.writes_fail = true;
    CHECK(sidecar.get("/session", successor).json().at("session").at("state") == "active");
    CHECK(sidecar.get("/session", token).set_cookies().size() == 1);
}

TEST_CASE("the store's failure and its return are logged once each, however many requests meet them") {
    StoreFaults faults;
    Sidecar sidecar("memory:", {}, failing(faults));
    const std::string token = sidecar.sign_in();
    faults.reads_fail = true;
    for (int i = 0; i < 5; ++i) sidecar.get("/session", token);
    faults.reads_fail = false;
    sidecar.clock.advance(1s);
    for (int i = 0; i < 5; ++i) sidecar.get("/session", token);

    const auto events = sidecar.log.events();
    CHECK(std::count(events.begin(), events.end(), "store_unavailable") == 1);
    CHECK(std::count(events.begin(), events.end(), "store_recovered") == 1);
}

TEST_CASE("a store that is read and cannot be written is logged once, however often both happen") {
    StoreFaults faults;
    Sidecar sidecar("memory:", {}, failing(faults));
    const std::string token = sidecar.sign_in();
    sidecar.advance(1001ms);
    faults.writes_fail = true;
    for (int i = 0; i < 5; ++i) CHECK(sidecar.get("/session", token).field("X-Session-State") == "idle");

    const auto events = sidecar.log.events();
    CHECK(std::count(events.begin(), events.end(), "store_unavailable") == 1);
    CHECK(std::count(events.begin(), events.end(), "store_recovered") == 0);
}

TEST_CASE("the log of a failed call names its endpoint and nothing that the caller sent") {
    StoreFaults faults;
    Sidecar sidecar("memory:", {}, failing(faults));
    const std::string token = sidecar.sign_in();
    faults.reads_fail = true;

    CHECK(sidecar.call_control("GET", "/users/" + token + "/sessions").status == 503);

    CHECK(sidecar.log.text_of("store_unavailable", "op") == "/users/{userId}/sessions");
}

TEST_CASE("a request that is told unavailable is logged with its request id, its trace and the reason") {
    StoreFaults faults;
    Sidecar sidecar("memory:", {}, failing(faults));
    const std::string token = sidecar.sign_in();
    faults.reads_fail = true;
    faults.error = core::Errc::store_timeout;
    sidecar.get("/session", token);
    sidecar.advance(2s);

    const Fields marks{{"X-Request-Id", "0123456789abcdef"},
                       {"Traceparent", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"}};
    CHECK(sidecar.get("/session", token, marks).status == 503);

    const auto logged = [&](const char* name) { return sidecar.log.text_of("request_unavailable", name); };
    CHECK(logged("endpoint") == "/session");
    CHECK(logged("reason") == "store_timeout");
    CHECK(logged("request_id") == "0123456789abcdef");
    CHECK(logged("trace_id") == "4bf92f3577b34da6a3ce929d0e0e4736");
    CHECK(logged("parent_id") == "00f067aa0ba902b7");
}

TEST_CASE("requests that are told unavailable are one line a second, however many they are") {
    StoreFaults faults;
    Sidecar sidecar("memory:", {}, failing(faults));
    const std::string token = sidecar.sign_in();
    faults.reads_fail = true;
    const auto lines = [&] {
        const auto events = sidecar.log.events();
        return std::count(events.begin(), events.end(), "request_unavailable");
    };

    for (int i = 0; i < 5; ++i) sidecar.get("/authz/nginx", token);
    CHECK(lines() == 1);
    sidecar.advance(1s);
    sidecar.get("/authz/nginx", token);
    CHECK(lines() == 2);
}

TEST_CASE("session and user come from one read of the store") {
    StoreFaults faults;
    Sidecar sidecar("memory:", {}, failing(faults));
    const std::string token = sidecar.sign_in(R"({"userId":"ada","user":{"attributes":{"name":"Ada"}}})");
    faults.reads = 0;

    CHECK(sidecar.get("/session-user", token).json().at("user").at("attributes").at("name") == "Ada");
    CHECK(faults.reads == 1);
}

namespace {

/// An LMDB store whose writer can be held back while reads go on.
class PausableLmdb final : public app::StoreHandle {
public:
    PausableLmdb(const app::StoreConfig& config, const ports::Clock& clock, ports::Log& log) {
        adapters::LmdbSettings settings;
        settings.folder = config.data_folder;
        settings.deadline = config.deadline;
        auto opened = adapters::LmdbDatabase::open(settings, core::RecordCodec(), clock, log);
        REQUIRE(opened.has_value());
        database = std::move(*opened);
    }
    std::unique_ptr<ports::SessionStore> open_shard(const ports::Executor& executor) override {
        return database->open_shard(executor);
    }

    std::unique_ptr<adapters::LmdbDatabase> database;
};

}  // namespace

TEST_CASE(
    "a store that does not answer a write is 503 at its deadline, and a renewal that waits for it is still an allow") {
    PausableLmdb* store = nullptr;
    const auto open = [&](const app::StoreConfig& config, const ports::Clock& clock,
                          ports::Log& log) -> boost::system::result<std::unique_ptr<app::StoreHandle>, std::string> {
        auto opened = std::make_unique<PausableLmdb>(config, clock, log);
        store = opened.get();
        return opened;
    };
    constexpr auto deadline = 200ms;
    Sidecar sidecar("lmdb:", {{"store.deadline", "200ms"}}, open);
    const std::string token = sidecar.sign_in();
    sidecar.advance(1001ms);
    store->database->pause();

    const auto started = std::chrono::steady_clock::now();
    const Reply created = sidecar.call_control("POST", "/sessions", R"({"userId":"ada"})");
    const auto elapsed = std::chrono::steady_clock::now() - started;
    check_unavailable(created, "store_timeout");
    CHECK(elapsed >= deadline);
    CHECK(elapsed < deadline + 2s);  // the margin is the machine's; ten seconds would be the client's own patience
    MESSAGE("503 after " << std::chrono::duration_cast<core::Milliseconds>(elapsed).count() << " ms of 200");
    check_unavailable(sidecar.call_control("DELETE", "/sessions/" + session_id_of(token)), "store_timeout");

    const Reply unrenewed = sidecar.get("/session", token);
    store->database->resume();
    CHECK(unrenewed.status == 200);
    CHECK(unrenewed.json().at("session").at("fresh") == false);
    CHECK(unrenewed.set_cookies().empty());
}

TEST_CASE("a successor that a failover could take back is handed out only once the store says that it is safe") {
    for (const char* const store : {"memory:", "lmdb:"}) {
        CAPTURE(store);
        StoreFaults faults;
        Sidecar sidecar(store, {}, failing(faults));
        const std::string token = sidecar.sign_in();
        sidecar.advance(1001ms);
        faults.may_fail_over = true;
        faults.replicas_are_away = true;

        // The first one prepares it, the others find it: in the store, then in memory where there is a near-cache.
        for (int use = 0; use < 4; ++use) {
            const Reply reply = sidecar.get("/session", token);
            CHECK_FALSE(reply.json().at("session").is_null());
            CHECK(reply.set_cookies().empty());
        }

        faults.replicas_are_away = false;
        CHECK(sidecar.get("/session?renew=false", token).set_cookies().empty());
        const Reply reply = sidecar.get("/session", token);
        REQUIRE(reply.set_cookies().size() == 1);
        CHECK(token_in(reply.set_cookies().front()) != token);
    }
}
