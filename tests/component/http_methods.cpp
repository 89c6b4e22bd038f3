#include <doctest/doctest.h>

#include "tests/support/sidecar.hpp"

using namespace sessgate::tests;

namespace {

/// What every answer carries, whatever it says; the clock of these tests stands still.
void check_common_fields(const Reply& reply) {
    CHECK(reply.field("Cache-Control") == "no-store");
    CHECK(reply.field("Date") == "Wed, 18 May 2033 03:33:20 GMT");
    const bool is_kept = reply.field("Connection") != "close";
    CHECK(reply.field("Keep-Alive") == (is_kept ? "timeout=75" : ""));
}

void check_problem(const Reply& reply, int status, std::string_view code) {
    check_common_fields(reply);
    CHECK(reply.status == status);
    CHECK(reply.field("Content-Type") == "application/problem+json");
    CHECK(reply.json().at("status") == status);
    CHECK(reply.json().at("code") == code);
    CHECK_FALSE(reply.json().at("detail").get<std::string>().empty());
}

}  // namespace

TEST_CASE("HEAD is answered with the fields of GET and no body") {
    Sidecar sidecar;
    const Fields cookie{{"Cookie", "__Host-session=" + sidecar.sign_in()}};
    HttpClient data = sidecar.data();
    for (const char* target : {"/session", "/session-user", "/session?renew=false", "/nothing"}) {
        const Reply get = data.request("GET", target, cookie);
        const Reply head = data.request("HEAD", target, cookie);
        CHECK(head.status == get.status);
        CHECK(head.fields == get.fields);
        CHECK_FALSE(get.body.empty());
    }
    HttpClient control = sidecar.control();
    for (const char* target : {"/livez", "/openapi.yaml", "/users/ada/sessions"}) {
        CHECK(control.request("HEAD", target).fields == control.request("GET", target).fields);
    }
    CHECK(data.request("GET", "/session").status == 200);  // no body of a HEAD is left in the stream
}

TEST_CASE("each port has its own paths and no other is known") {
    Sidecar sidecar;
    HttpClient data = sidecar.data();
    for (const char* target :
         {"/sessions", "/sessions/aaaaaaaaaaaaaaaaaaaa", "/users/ada", "/users/ada/sessions", "/livez", "/readyz",
          "/metrics", "/openapi.yaml", "/", "/session/", "//session", "/Session"}) {
        check_problem(data.request("GET", target), 404, "not_found");
        check_problem(data.request("POST", target, {}, "{}"), 404, "not_found");
    }
    HttpClient control = sidecar.control();
    for (const char* target :
         {"/session", "/session-user", "/set-session", "/authz/nginx", "/", "/users/", "/users/a/b"}) {
        check_problem(control.request("GET", target), 404, "not_found");
    }
}

TEST_CASE("a method that a path does not have is 405 and Allow names those it has") {
    Sidecar sidecar;
    HttpClient data = sidecar.data();
    HttpClient control = sidecar.control();
    const auto allowed = [](HttpClient& client, std::string_view method, std::string_view target) {
        const Reply reply = client.request(method, target);
        check_problem(reply, 405, "method_not_allowed");
        return reply.field("Allow");
    };

    CHECK(allowed(data, "POST", "/session") == "GET, HEAD");
    CHECK(allowed(data, "OPTIONS", "/session") == "GET, HEAD");
    CHECK(allowed(data, "GET", "/set-session") == "POST");
    CHECK(allowed(control, "PUT", "/sessions") == "POST, DELETE");
    CHECK(allowed(control, "POST", "/sessions/aaaaaaaaaaaaaaaaaaaa") == "GET, HEAD, PATCH, DELETE");
    CHECK(allowed(control, "PATCH", "/users/ada") == "PUT, GET, HEAD, DELETE");
    CHECK(allowed(control, "POST", "/livez") == "GET, HEAD");
    const Reply head = data.request("HEAD", "/set-session");
    CHECK(head.status == 405);
    CHECK(head.field("Allow") == "POST");
}

TEST_CASE("a method that is no method anywhere is 501, and OPTIONS of the whole server is 204") {
    Sidecar sidecar;
    for (const std::string& address : {sidecar.addresses().listen, sidecar.addresses().control}) {
        HttpClient client(address);
        for (const char* method : {"GOT", "get", "X!#$%&'*+-.^_`|~"}) {
            check_problem(client.request(method, "/session"), 501, "method_unknown");
        }
        const Reply options = client.request("OPTIONS", "*");
        CHECK(options.status == 204);
        CHECK(options.body.empty());
        CHECK(options.field("Content-Length").empty());
        check_common_fields(options);
    }
}

TEST_CASE("a body that is not called JSON is 415") {
    Sidecar sidecar;
    HttpClient client = sidecar.data();
    for (const char* type : {"text/plain", "application/jsonx", "application/x-www-form-urlencoded", "json"}) {
        check_problem(client.request("POST", "/set-session", {{"Content-Type", type}}, R"({"session":null})"), 415,
                      "unsupported_media_type");
    }
    for (const char* type : {"application/json", "Application/JSON", "application/json; charset=utf-8"}) {
        CHECK(client.request("POST", "/set-session", {{"Content-Type", type}}, R"({"session":null})").status == 200);
    }
}

TEST_CASE("every answer carries Cache-Control and Date, and Keep-Alive when the connection stays") {
    Sidecar sidecar("memory:", {{"http.body_limit", "1KiB"}});
    const std::string token = sidecar.sign_in();
    HttpClient data = sidecar.data();
    check_common_fields(data.request("GET", "/session", {{"Cookie", "__Host-session=" + token}}));
    check_common_fields(
        data.request("GET", "/session", {{"Cookie", "__Host-session=" + token}, {"Connection", "close"}}));
    check_common_fields(sidecar.set_session(R"({"session":null})"));
    check_common_fields(sidecar.set_session(R"({"token":"rubbish"})"));
    check_common_fields(sidecar.set_session(std::string(2000, ' ')));
    check_common_fields(sidecar.call_control("GET", "/openapi.yaml"));
    check_common_fields(sidecar.call_control("DELETE", "/sessions/" + session_id_of(token)));
    for (const char* refused : {"GET / HTTP/1.1\r\n\r\n", "GET / HTTP/2.0\r\nHost: a\r\n\r\n"}) {
        HttpClient client = sidecar.data();
        client.send(refused);
        const Reply reply = client.read();
        check_problem(reply, reply.status, reply.status == 400 ? "malformed_request" : "http_version_not_supported");
    }
}

TEST_CASE("a client that expects 100 is told to continue before its body, and a refused one is not") {
    Sidecar sidecar;
    HttpClient client = sidecar.data();
    const std::string body = R"({"session":null})";
    const Fields expecting{{"Expect", "100-continue"}};
    const std::string request = request_text("POST", "/set-session", expecting, body);
    const std::size_t head_size = request.size() - body.size();

    client.send(request.substr(0, head_size));
    CHECK(client.read().status == 100);
    client.send(body);
    CHECK(client.read().status == 200);

    client.send(request);
    CHECK(client.read().status == 200);

    const std::string large = request_text("POST", "/set-session", expecting, std::string(70'000, ' '));
    client.send(large.substr(0, large.find("\r\n\r\n") + 4));
    CHECK(client.read().status == 413);
    CHECK(client.is_closed());
}
