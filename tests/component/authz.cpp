#include <doctest/doctest.h>

#include "app/stores.hpp"
#include "tests/support/failing_store.hpp"
#include "tests/support/sidecar.hpp"

using namespace sessgate;
using namespace sessgate::tests;
using namespace std::chrono_literals;

namespace {

const std::vector<std::string> proxies{"nginx", "traefik", "caddy", "envoy", "haproxy"};

constexpr std::string_view unknown_token = "aaaaaaaaaaaaaaaaaaaa.AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8";

/// The browser's request that a proxy asks about.
struct Original {
    std::string method = "GET";
    std::string scheme = "https";
    std::string host = "app.example.org";
    std::string uri = "/page?a=b";
};

std::string cookie_line(std::string_view token) {
    return "__Host-session=" + std::string(token);
}

/// Asks as `proxy` does, on a connection of its own.
Reply ask(Sidecar& sidecar, const std::string& proxy, const Original& original, Fields fields,
          const std::string& prefix = "/authz/") {
    const std::string path = prefix + proxy;
    if (proxy == "envoy") {
        fields.emplace_back("X-Forwarded-Proto", original.scheme);
        const std::string head = original.method + " " + path + original.uri + " HTTP/1.1\r\nHost: " + original.host;
        std::string lines;
        for (const auto& [name, value] : fields) lines += "\r\n" + name + ": " + value;
        HttpClient client = sidecar.data();
        client.send(head + lines + "\r\n\r\n");
        return client.read(original.method == "HEAD");
    }
    if (proxy == "nginx") {
        fields.emplace_back("X-Original-Method", original.method);
        fields.emplace_back("X-Original-URL", original.scheme + "://" + original.host + original.uri);
    } else {
        fields.emplace_back("X-Forwarded-Method", original.method);
        fields.emplace_back("X-Forwarded-Proto", original.scheme);
        fields.emplace_back("X-Forwarded-Host", original.host);
        fields.emplace_back("X-Forwarded-Uri", original.uri);
    }
    return sidecar.data().request("GET", path, fields);
}

Reply ask(Sidecar& sidecar, const std::string& proxy, std::string_view token, const Original& original = {},
          Fields fields = {}) {
    if (!token.empty()) fields.emplace_back("Cookie", cookie_line(token));
    return ask(sidecar, proxy, original, std::move(fields));
}

/// Every answer of every endpoint: no body, the whole set of identity fields, one Set-Cookie at most.
void check_shape(const Reply& reply) {
    CHECK(reply.field("Content-Length") == "0");
    CHECK(reply.body.empty());
    CHECK(reply.field("Content-Type").empty());
    CHECK(reply.field("Cache-Control") == "no-store");
    CHECK_FALSE(reply.field("Keep-Alive").empty());
    for (const char* name : {"X-Session-User", "X-Session-Id", "X-Session-State", "X-Session-Expires"}) {
        CHECK(reply.all(name).size() == 1);
    }
    CHECK(reply.set_cookies().size() <= 1);
}

void check_denied(const Reply& reply, int status, std::string_view reason) {
    check_shape(reply);
    CHECK(reply.status == status);
    CHECK(reply.field("X-Session-User").empty());
    CHECK(reply.field("X-Session-Id").empty());
    CHECK(reply.field("X-Session-Expires").empty());
    CHECK(reply.field("X-Session-State") == "none");
    CHECK(reply.field("X-Session-Reason") == reason);
    CHECK(reply.field("WWW-Authenticate") == (status == 401 ? "Session" : ""));
}

Sidecar::OpenStore failing(StoreFaults& faults) {
    return [&faults](const app::StoreConfig& config, const ports::Clock& clock,
                     ports::Log& log) -> boost::system::result<std::unique_ptr<app::StoreHandle>, std::string> {
        auto opened = app::open_store(config, clock, log);
        if (!opened) return opened.error();
        return std::make_unique<FailingHandle>(std::move(*opened), faults);
    };
}

}  // namespace

TEST_CASE("a live session is 200 with an empty body and tells the backend whose it is, for every proxy") {
    Sidecar sidecar;
    const std::string token = sidecar.sign_in();
    const auto session = sidecar.get("/session", token).json().at("session");
    for (const std::string& proxy : proxies) {
        CAPTURE(proxy);
        const Reply reply = ask(sidecar, proxy, token);
        check_shape(reply);
        CHECK(reply.status == 200);
        CHECK(reply.field("X-Session-User") == "ada");
        CHECK(reply.field("X-Session-Id") == session_id_of(token));
        CHECK(reply.field("X-Session-State") == "active");
        CHECK(reply.field("X-Session-Expires") ==
              std::to_string(session.at("idlePeriodExpiresAt").get<std::int64_t>()));
        CHECK(reply.all("X-Session-Reason").empty());
        CHECK(reply.set_cookies().empty());
    }
}

TEST_CASE("every reason for no session is 401 with WWW-Authenticate, the reason and no identity, for every proxy") {
    Sidecar sidecar;
    const std::string revoked = sidecar.sign_in();
    sidecar.call_control("DELETE", "/sessions/" + session_id_of(revoked));
    for (const std::string& proxy : proxies) {
        CAPTURE(proxy);
        check_denied(ask(sidecar, proxy, ""), 401, "no_cookie");
        check_denied(ask(sidecar, proxy, "rubbish"), 401, "malformed");
        check_denied(ask(sidecar, proxy, unknown_token), 401, "unknown");
        check_denied(ask(sidecar, proxy, revoked), 401, "unknown");
        const std::string first = sidecar.sign_in();
        const std::string both = cookie_line(first) + "; " + cookie_line(sidecar.sign_in());
        check_denied(ask(sidecar, proxy, Original{}, {{"Cookie", both}}), 401, "ambiguous_cookie");
        sidecar.advance(12s);
        check_denied(ask(sidecar, proxy, first), 401, "expired");
    }
}

TEST_CASE("an idle session is renewed, and one Set-Cookie hands out its successor, for every proxy") {
    for (const std::string& proxy : proxies) {
        CAPTURE(proxy);
        Sidecar sidecar;
        const std::string token = sidecar.sign_in();
        sidecar.advance(1001ms);
        const Reply reply = ask(sidecar, proxy, token);
        check_shape(reply);
        CHECK(reply.status == 200);
        REQUIRE(reply.set_cookies().size() == 1);
        const std::string successor = token_in(reply.set_cookies().front());
        CHECK(successor != token);
        CHECK(ask(sidecar, proxy, token).set_cookies() == reply.set_cookies());

        CHECK(ask(sidecar, proxy, successor).status == 200);
        sidecar.advance(101ms);
        CHECK(ask(sidecar, proxy, successor).status == 200);
        const Reply superseded = ask(sidecar, proxy, token);
        check_denied(superseded, 401, "superseded");
        CHECK(superseded.set_cookies().empty());
    }
}

TEST_CASE("Set-Cookie goes with documents and fetches only, so that no shared cache keeps a token with an asset") {
    Sidecar sidecar;
    const std::string token = sidecar.sign_in();
    sidecar.advance(1001ms);
    const auto cookies = [&](const std::string& destination) {
        return ask(sidecar, "nginx", token, {}, {{"Sec-Fetch-Dest", destination}}).set_cookies().size();
    };
    for (const char* kept_out : {"image", "script", "style", "font", "video", "serviceworker", "manifest", "frame"}) {
        CAPTURE(kept_out);
        CHECK(cookies(kept_out) == 0);
    }
    for (const char* welcome : {"document", "iframe", "empty", ""}) {
        CAPTURE(welcome);
        CHECK(cookies(welcome) == 1);
    }
}

TEST_CASE("the cookie of a session that is gone is removed for navigations and plain GETs, as the proxy tells them") {
    Sidecar sidecar;
    for (const std::string& proxy : proxies) {
        CAPTURE(proxy);
        const auto removes = [&](const std::string& method, const Fields& fields) {
            return !ask(sidecar, proxy, unknown_token, {.method = method}, fields).set_cookies().empty();
        };
        CHECK(removes("GET", {}));
        CHECK(removes("GET", {{"Sec-Fetch-Mode", "navigate"}, {"Sec-Fetch-Dest", "document"}}));
        CHECK_FALSE(removes("GET", {{"Sec-Fetch-Mode", "cors"}, {"Sec-Fetch-Dest", "empty"}}));
        CHECK_FALSE(removes("HEAD", {}));
        CHECK_FALSE(removes("OPTIONS", {}));
    }
}

TEST_CASE("an unsafe request of another site is 403 by the proxy's word for method and host, and touches no cookie") {
    Sidecar sidecar("memory:", {{"origin.allow", "https://friend.example"}});
    const std::string token = sidecar.sign_in();
    const Original post{.method = "POST"};
    for (const std::string& proxy : proxies) {
        CAPTURE(proxy);
        const Reply evil = ask(sidecar, proxy, token, post, {{"Origin", "https://evil.example"}});
        check_denied(evil, 403, "untrusted_origin");
        CHECK(evil.set_cookies().empty());
        check_denied(ask(sidecar, proxy, token, post, {{"Sec-Fetch-Site", "cross-site"}}), 403, "untrusted_origin");
        check_denied(ask(sidecar, proxy, token, post, {{"Origin", "null"}}), 403, "untrusted_origin");
        check_denied(ask(sidecar, proxy, token, post), 403, "untrusted_origin");
        check_denied(ask(sidecar, proxy, token, {.method = "get"}, {{"Origin", "https://evil.example"}}), 403,
                     "untrusted_origin");

        CHECK(ask(sidecar, proxy, token, post, {{"Origin", "https://app.example.org"}}).status == 200);
        CHECK(ask(sidecar, proxy, token, post, {{"Origin", "https://friend.example"}}).status == 200);
        CHECK(ask(sidecar, proxy, token, post, {{"Sec-Fetch-Site", "same-origin"}}).status == 200);
        CHECK(ask(sidecar, proxy, token, {}, {{"Origin", "https://evil.example"}}).status == 200);
        CHECK(ask(sidecar, proxy, token, {.method = "POST", .host = "app.example.org:8443"},
                  {{"Origin", "https://app.example.org"}})
                  .status == 403);
    }
}

TEST_CASE("each endpoint reads its own proxy's fields only") {
    Sidecar sidecar;
    const Fields evil{{"Cookie", cookie_line(sidecar.sign_in())}, {"Origin", "https://evil.example"}};
    const auto status = [&](const std::string& path, Fields fields) {
        fields.insert(fields.end(), evil.begin(), evil.end());
        return sidecar.data().request("GET", path, fields).status;
    };
    CHECK(status("/authz/nginx", {{"X-Original-Method", "POST"}, {"X-Forwarded-Method", "GET"}}) == 403);
    CHECK(status("/authz/nginx", {{"X-Forwarded-Method", "POST"}}) == 200);
    for (const char* path : {"/authz/traefik", "/authz/caddy", "/authz/haproxy"}) {
        CAPTURE(path);
        CHECK(status(path, {{"X-Forwarded-Method", "POST"}, {"X-Original-Method", "GET"}}) == 403);
        CHECK(status(path, {{"X-Original-Method", "POST"}}) == 200);
    }
    CHECK(status("/authz/envoy/", {{"X-Original-Method", "POST"}, {"X-Forwarded-Method", "POST"}}) == 200);
}

TEST_CASE("a host that is told twice is not believed") {
    Sidecar sidecar;
    const Fields own{{"Cookie", cookie_line(sidecar.sign_in())}, {"Origin", "https://app.example.org"}};
    const std::string url = "https://app.example.org/";
    const auto status = [&](const std::string& path, Fields fields) {
        fields.insert(fields.end(), own.begin(), own.end());
        return sidecar.data().request("GET", path, fields).status;
    };
    const Fields once{{"X-Original-Method", "POST"}, {"X-Original-URL", url}};
    CHECK(status("/authz/nginx", once) == 200);
    CHECK(status("/authz/nginx", {once[0], once[1], {"X-Original-URL", url}}) == 403);
    CHECK(status("/authz/nginx", {once[0], once[1], once[1], once[1]}) == 403);
    CHECK(status("/authz/nginx", {once[0], {"X-Original-URL", "app.example.org"}}) == 403);
    const Fields forwarded{
        {"X-Forwarded-Method", "POST"}, {"X-Forwarded-Proto", "https"}, {"X-Forwarded-Host", "app.example.org"}};
    CHECK(status("/authz/caddy", forwarded) == 200);
    CHECK(status("/authz/caddy", {forwarded[0], forwarded[1], forwarded[2], forwarded[2]}) == 403);
}

TEST_CASE("a caller that is no trusted proxy is believed nothing about the browser's request") {
    Sidecar lenient("memory:", {{"proxies.trusted", "10.0.0.0/8"}});
    Sidecar strict("memory:", {{"proxies.trusted", "10.0.0.0/8"}, {"origin.check", "strict"}});
    const std::string token = lenient.sign_in();
    const std::string other = strict.sign_in();
    for (const std::string& proxy : proxies) {
        CAPTURE(proxy);
        CHECK(ask(lenient, proxy, token, {.method = "POST"}, {{"Origin", "https://evil.example"}}).status == 200);
        check_denied(ask(strict, proxy, other), 403, "untrusted_origin");
    }
}

TEST_CASE("a strict origin check denies a proxy that does not tell the method") {
    Sidecar sidecar("memory:", {{"origin.check", "strict"}});
    const std::string token = sidecar.sign_in();
    for (const std::string proxy : {"nginx", "traefik", "caddy", "haproxy"}) {
        CAPTURE(proxy);
        CHECK(sidecar.get("/authz/" + proxy, token).status == 403);
        CHECK(ask(sidecar, proxy, token).status == 200);
    }
    CHECK(sidecar.get("/authz/envoy/", token).status == 200);
}

TEST_CASE("names that a backend folds into those of identity fields are 403 malformed_header under every endpoint") {
    Sidecar sidecar;
    const std::string token = sidecar.sign_in();
    for (const std::string& proxy : proxies) {
        CAPTURE(proxy);
        for (const char* name : {"X-Session_User", "X.Session.User", "x_session_user", "X-Session-Attr_Role",
                                 "X_Session-Anything", "X-SESSION.STATE"}) {
            CAPTURE(name);
            check_denied(ask(sidecar, proxy, token, {}, {{name, "root"}}), 403, "malformed_header");
            const Fields fields{{"Cookie", cookie_line(token)}, {name, "root"}};
            check_denied(ask(sidecar, proxy, Original{}, fields, "/authz/optional/"), 403, "malformed_header");
        }
        for (const char* name : {"X-Session-User", "X_Other", "X-Sessions_Of", "X_Sessio", "My_X_Session_User"}) {
            CAPTURE(name);
            const Reply reply = ask(sidecar, proxy, token, {}, {{name, "root"}});
            CHECK(reply.status == 200);
            CHECK(reply.field("X-Session-User") == "ada");
        }
    }
    check_denied(sidecar.get("/authz/nginx", token, {{"X-Original-Method", "GET"}, {"X-Original-Method", "POST"}}), 403,
                 "malformed_header");
    CHECK(sidecar.get("/session", token, {{"X-Session_User", "root"}}).status == 200);
}

TEST_CASE("every method is accepted, and fields that ask for another kind of answer are ignored") {
    Sidecar sidecar;
    const std::string token = sidecar.sign_in();
    for (const std::string& proxy : proxies) {
        CAPTURE(proxy);
        for (const std::string method : {"GET", "HEAD", "OPTIONS", "TRACE", "PROPFIND", "FROBNICATE"}) {
            CAPTURE(method);
            HttpClient client = sidecar.data();
            const std::string path = "/authz/" + proxy;
            client.send(method + " " + path + " HTTP/1.1\r\nHost: a\r\nSec-Fetch-Site: same-origin\r\nCookie: " +
                        cookie_line(token) + "\r\n\r\n");
            CHECK(client.read(method == "HEAD").status == 200);
        }
        const Fields odd{{"Range", "bytes=0-1"},     {"If-None-Match", "*"},
                         {"Upgrade", "websocket"},   {"Connection", "Upgrade"},
                         {"Expect", "100-continue"}, {"If-Modified-Since", "Thu, 01 Jan 2037 00:00:00 GMT"},
                         {"Accept-Encoding", "gzip"}};
        const Reply reply = ask(sidecar, proxy, token, {}, odd);
        check_shape(reply);
        CHECK(reply.status == 200);
    }
    HttpClient old = sidecar.data();
    old.send("GET /authz/nginx HTTP/1.0\r\nConnection: keep-alive\r\nCookie: " + cookie_line(token) + "\r\n\r\n");
    const Reply reply = old.read();
    CHECK(reply.status == 200);
    CHECK(reply.field("Connection") == "keep-alive");
    CHECK(old.request("GET", "/authz/nginx").status == 401);
}

TEST_CASE("allow and deny keep the connection that they came by") {
    Sidecar sidecar;
    const std::string token = sidecar.sign_in();
    HttpClient client = sidecar.data();
    for (int i = 0; i < 3; ++i) {
        CHECK(client.request("GET", "/authz/nginx", {{"Cookie", cookie_line(token)}}).status == 200);
        CHECK(client.request("GET", "/authz/nginx").status == 401);
        CHECK(client.request("GET", "/authz/nginx", {{"X_Session_User", "root"}}).status == 403);
    }
}

TEST_CASE("Envoy's endpoint takes any path behind its own, and the others take none") {
    Sidecar sidecar;
    const std::string token = sidecar.sign_in();
    for (const char* path : {"/authz/envoy", "/authz/envoy/", "/authz/envoy/a/b?c=d", "/authz/envoy/../session",
                             "/authz/envoy//authz/nginx", "/authz/optional/envoy/x"}) {
        CAPTURE(path);
        CHECK(sidecar.get(path, token).field("X-Session-User") == "ada");
    }
    for (const char* path : {"/authz/envoys", "/authz/nginx/", "/authz/caddy/x", "/authz/", "/authz/optional/",
                             "/authz/optional", "/authz/apache", "/authz/optional/optional/nginx"}) {
        CAPTURE(path);
        CHECK(sidecar.get(path, token).status == 404);
    }
    HttpClient control = sidecar.control();
    CHECK(control.request("GET", "/authz/nginx").status == 404);
}

TEST_CASE("the query decides nothing") {
    Sidecar sidecar;
    const std::string token = sidecar.sign_in();
    sidecar.advance(1001ms);
    CHECK(sidecar.get("/authz/caddy?renew=false", token).set_cookies().size() == 1);
    CHECK(sidecar.get("/authz/caddy?renew=maybe&optional=true", "").status == 401);
}

TEST_CASE("the optional endpoints always allow, and tell what they found") {
    StoreFaults faults;
    Sidecar sidecar("memory:", {{"store.near_cache", "false"}}, failing(faults));
    const std::string token = sidecar.sign_in();
    for (const std::string& proxy : proxies) {
        CAPTURE(proxy);
        const auto optional = [&](const std::string& value, const Original& original = {}) {
            Fields fields{{"Origin", "https://evil.example"}};
            if (!value.empty()) fields.emplace_back("Cookie", cookie_line(value));
            const Reply reply = ask(sidecar, proxy, original, fields, "/authz/optional/");
            check_shape(reply);
            CHECK(reply.status == 200);
            CHECK(reply.all("WWW-Authenticate").empty());
            return reply;
        };
        CHECK(optional(token).field("X-Session-User") == "ada");
        const Reply none = optional("");
        CHECK(none.field("X-Session-State") == "none");
        CHECK(none.field("X-Session-Reason") == "no_cookie");
        const Reply untrusted = optional(token, {.method = "POST"});
        CHECK(untrusted.field("X-Session-User").empty());
        CHECK(untrusted.field("X-Session-Reason") == "untrusted_origin");
        faults.reads_fail = true;
        const Reply away = optional(token);
        CHECK(away.field("X-Session-User").empty());
        CHECK(away.field("X-Session-State") == "unavailable");
        CHECK(away.set_cookies().empty());
        faults.reads_fail = false;
    }
}

TEST_CASE("while nobody knows, every proxy is told 503 with Retry-After, an empty body and no cookie") {
    StoreFaults faults;
    Sidecar sidecar("memory:", {{"store.near_cache", "false"}, {"authz.login_url", "/login"}}, failing(faults));
    const std::string token = sidecar.sign_in();
    faults.reads_fail = true;
    for (const std::string& proxy : proxies) {
        CAPTURE(proxy);
        const Reply reply = ask(sidecar, proxy, token, {}, {{"Sec-Fetch-Mode", "navigate"}});
        check_shape(reply);
        CHECK(reply.status == 503);
        CHECK(reply.field("Retry-After") == "1");
        CHECK(reply.field("X-Session-State") == "unavailable");
        CHECK(reply.field("X-Session-User").empty());
        CHECK(reply.set_cookies().empty());
        CHECK(reply.all("Location").empty());
    }
}

TEST_CASE("a bearer is answered as a cookie is, and no cookie is written for it") {
    Sidecar sidecar;
    const std::string token = sidecar.sign_in();
    sidecar.advance(1001ms);
    for (const std::string& proxy : proxies) {
        CAPTURE(proxy);
        const Reply reply = ask(sidecar, proxy, "", {}, {{"Authorization", "Bearer " + token}});
        CHECK(reply.status == 200);
        CHECK(reply.field("X-Session-User") == "ada");
        CHECK(reply.set_cookies().empty());
        CHECK(ask(sidecar, proxy, "", {}, {{"Authorization", "Bearer " + std::string(unknown_token)}})
                  .set_cookies()
                  .empty());
    }
}

TEST_CASE("only HAProxy's endpoint takes a comma for the end of a Cookie line") {
    Sidecar sidecar;
    const std::string line = "a=b, " + cookie_line(sidecar.sign_in());
    for (const std::string& proxy : proxies) {
        CAPTURE(proxy);
        const Reply reply = ask(sidecar, proxy, Original{}, {{"Cookie", line}});
        CHECK(reply.status == (proxy == "haproxy" ? 200 : 401));
    }
    const std::string before = cookie_line(sidecar.sign_in()) + ", a=b, c=d";
    CHECK(ask(sidecar, "haproxy", Original{}, {{"Cookie", before}}).status == 200);
}

TEST_CASE("a session that memory knows decides nothing where HAProxy has joined two Cookie lines") {
    Sidecar sidecar("lmdb:");
    const std::string known = cookie_line(sidecar.sign_in());
    const std::string other = cookie_line(sidecar.sign_in(R"({"userId":"grace"})"));
    for (int i = 0; i < 3; ++i) REQUIRE(ask(sidecar, "haproxy", Original{}, {{"Cookie", known}}).status == 200);

    CHECK(ask(sidecar, "haproxy", Original{}, {{"Cookie", known + "; a=b, " + other}}).status == 401);
    CHECK(ask(sidecar, "haproxy", Original{}, {{"Cookie", known + "; a=b, c=d"}}).status == 200);
}

TEST_CASE("attributes are passed on in fields of their own, each time, and empty where they cannot stand in one") {
    Sidecar sidecar("memory:", {{"authz.headers",
                                 "X-Session-Attr-Name=user.name, X-Session-Attr-Level = user.level, "
                                 "X-Session-Attr-Device=session.device, X-Session-Attr-Odd=session.odd"}});
    const auto headers = [](const Reply& reply) {
        return std::vector<std::string>{reply.field("X-Session-Attr-Name"), reply.field("X-Session-Attr-Level"),
                                        reply.field("X-Session-Attr-Device"), reply.field("X-Session-Attr-Odd")};
    };
    const auto odd = [&](const std::string& value) {
        const std::string token = sidecar.sign_in(R"({"userId":"ada","user":{"attributes":{"name":"Ada L","level":3}},)"
                                                  R"("attributes":{"device":"lap\"top","odd":)" +
                                                  value + "}}");
        const Reply reply = ask(sidecar, "nginx", token);
        CHECK(reply.status == 200);
        const auto values = headers(reply);
        CHECK(values[0] == "Ada L");
        CHECK(values[1] == "3");
        CHECK(values[2] == "lap\"top");
        return values[3];
    };
    CHECK(odd("true") == "true");
    CHECK(odd("-1.5") == "-1.5");
    CHECK(odd('"' + std::string(256, 'x') + '"') == std::string(256, 'x'));
    CHECK(odd('"' + std::string(257, 'x') + '"').empty());
    CHECK(odd(R"("a\r\nX-Session-User: root")").empty());
    CHECK(odd(R"("a\u0000")").empty());
    CHECK(odd("\"Zo\xc3\xab\"").empty());
    CHECK(odd(R"(" a")").empty());
    CHECK(odd("null").empty());
    CHECK(odd("[1]").empty());
    CHECK(odd("{}").empty());

    CHECK(ask(sidecar, "caddy", "").all("X-Session-Attr-Name") == std::vector<std::string>{""});
    const std::string nobody = sidecar.sign_in(R"({"userId":"bob"})");
    check_denied(ask(sidecar, "caddy", nobody), 401, "user_missing");
}

TEST_CASE("a session without a user is good where no user attribute is passed on") {
    Sidecar sidecar("memory:", {{"authz.headers", "X-Session-Attr-Device=session.device"}});
    CHECK(ask(sidecar, "nginx", sidecar.sign_in(R"({"userId":"bob"})")).status == 200);
}

TEST_CASE("a session whose user is missing keeps its cookie up to date") {
    Sidecar sidecar("memory:", {{"authz.headers", "X-Session-Attr-Name=user.name"}});
    const std::string token = sidecar.sign_in();
    sidecar.advance(1001ms);
    CHECK(ask(sidecar, "nginx", token).set_cookies().size() == 1);
}

TEST_CASE("a browser's navigation is sent to sign in where the proxy can pass that on, and everything else is 401") {
    Sidecar sidecar("memory:", {{"authz.login_url", "https://login.example.org/?app=1"},
                                {"authz.return_allow", "https://app.example.org"}});
    const std::string login = "https://login.example.org/?app=1";
    const Fields navigation{{"Sec-Fetch-Mode", "navigate"}};
    for (const std::string proxy : {"traefik", "caddy", "haproxy"}) {
        CAPTURE(proxy);
        const Reply sent = ask(sidecar, proxy, unknown_token, {}, navigation);
        check_shape(sent);
        CHECK(sent.status == 302);
        CHECK(sent.all("WWW-Authenticate").empty());
        CHECK(sent.field("Location") == login + "&return_to=https%3A%2F%2Fapp.example.org%2Fpage%3Fa%3Db");
        CHECK(sent.set_cookies().size() == 1);
        CHECK(ask(sidecar, proxy, "", {}, {{"Accept", "text/html,*/*;q=0.8"}}).status == 302);

        CHECK(ask(sidecar, proxy, "").status == 401);
        CHECK(ask(sidecar, proxy, "", {}, {{"Accept", "application/json"}}).status == 401);
        CHECK(ask(sidecar, proxy, "", {}, {{"Sec-Fetch-Mode", "cors"}, {"Accept", "text/html"}}).status == 401);
        CHECK(ask(sidecar, proxy, "", {}, {{"Sec-Fetch-Mode", "websocket"}}).status == 401);

        const auto location = [&](const Original& original) {
            return ask(sidecar, proxy, "", original, navigation).field("Location");
        };
        CHECK(location({.host = "evil.example"}) == login);
        CHECK(location({.scheme = "http"}) == login);
        CHECK(location({.host = "app.example.org@evil.example"}) == login);
        CHECK(location({.uri = "@evil.example/"}) == login);
        CHECK(location({.uri = "/" + std::string(1024, 'a')}) == login);
        const Fields own_post{{"Sec-Fetch-Mode", "navigate"}, {"Sec-Fetch-Site", "same-origin"}};
        const Reply post = ask(sidecar, proxy, "", {.method = "POST"}, own_post);
        CHECK(post.status == 303);
        CHECK(post.field("Location") == login);
        CHECK(ask(sidecar, proxy, "", {.method = "POST"}, navigation).status == 403);
    }
    for (const std::string proxy : {"nginx", "envoy"}) {
        CAPTURE(proxy);
        CHECK(ask(sidecar, proxy, "", {}, navigation).status == 401);
    }
}

TEST_CASE("a sign-in page on the application's own host is named by its path, and to Traefik by its whole URL") {
    Sidecar sidecar("memory:", {{"authz.login_url", "/login"}, {"authz.return_allow", "http://localhost:8000"}});
    const Original original{.scheme = "http", .host = "localhost:8000", .uri = "/"};
    CHECK(ask(sidecar, "caddy", "", original, {{"Sec-Fetch-Mode", "navigate"}}).field("Location") ==
          "/login?return_to=http%3A%2F%2Flocalhost%3A8000%2F");
    CHECK(ask(sidecar, "traefik", "", original, {{"Sec-Fetch-Mode", "navigate"}}).field("Location") ==
          "http://localhost:8000/login?return_to=http%3A%2F%2Flocalhost%3A8000%2F");
    CHECK(sidecar.get("/authz/traefik", "", {{"Sec-Fetch-Mode", "navigate"}}).status == 401);
    CHECK(sidecar.get("/authz/caddy", "", {{"Sec-Fetch-Mode", "navigate"}}).field("Location") == "/login");
}

TEST_CASE("a preflight gets through only where the settings say so, and then as nobody") {
    const Original options{.method = "OPTIONS"};
    const Fields preflight{{"Origin", "https://friend.example"}, {"Access-Control-Request-Method", "PUT"}};
    Sidecar denying;
    Sidecar allowing("memory:", {{"authz.preflight", "allow"}});
    const std::string token = allowing.sign_in();
    for (const std::string& proxy : proxies) {
        CAPTURE(proxy);
        check_denied(ask(denying, proxy, "", options, preflight), 401, "no_cookie");
        const Reply reply = ask(allowing, proxy, token, options, preflight);
        check_shape(reply);
        CHECK(reply.status == 200);
        CHECK(reply.field("X-Session-State") == "none");
        CHECK(reply.field("X-Session-User").empty());
        CHECK(ask(allowing, proxy, "", options, {preflight[0]}).status == 401);
        CHECK(ask(allowing, proxy, "", options, {preflight[1]}).status == 401);
        CHECK(ask(allowing, proxy, "", {}, preflight).status == 401);
    }
}

TEST_CASE("with the longest of everything an answer stays below the room that proxies have for it") {
    std::string headers;
    std::string attributes;
    for (const char letter : std::string("ABCDEFGH")) {
        const std::string name = "X-Session-Attr-" + std::string(48, 'N') + letter;
        headers += (headers.empty() ? "" : ",") + name + "=session." + letter;
        attributes +=
            (attributes.empty() ? "\"" : ",\"") + std::string(1, letter) + "\":\"" + std::string(256, 'x') + '"';
    }
    Sidecar sidecar("memory:", {{"authz.headers", headers}});
    const std::string token =
        sidecar.sign_in(R"({"userId":")" + std::string(128, 'u') + R"(","attributes":{)" + attributes + "}}");
    sidecar.advance(1001ms);
    const Reply reply = ask(sidecar, "nginx", token);
    CHECK(reply.set_cookies().size() == 1);
    CHECK(reply.all("X-Session-Attr-" + std::string(48, 'N') + "H") == std::vector{std::string(256, 'x')});
    std::size_t size = 0;
    for (const auto& [name, value] : reply.fields) size += name.size() + value.size() + 4;
    CHECK(size < 3500);
}
