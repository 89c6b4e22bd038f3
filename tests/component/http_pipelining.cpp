#include <doctest/doctest.h>

#include "tests/support/sidecar.hpp"

using namespace sessgate::tests;

TEST_CASE("hundreds of requests in one write are answered in their order, reads and writes alike") {
    Sidecar sidecar("lmdb:");
    std::string requests;
    for (int i = 0; i < 300; ++i) {
        const std::string user = "u" + std::to_string(i);
        requests += request_text("GET", "/users/" + user);
        requests += request_text("PUT", "/users/" + user, {}, R"({"attributes":{}})");
        requests += request_text("GET", "/users/" + user);
        requests += request_text("POST", "/sessions", {}, R"({"userId":")" + user + "\"}");
    }
    HttpClient client = sidecar.control();
    client.send(requests);

    for (int i = 0; i < 300; ++i) {
        const std::string user = "u" + std::to_string(i);
        REQUIRE(client.read().status == 404);
        REQUIRE(client.read().json().at("user").at("userId") == user);
        REQUIRE(client.read().json().at("user").at("userId") == user);
        REQUIRE(client.read().json().at("session").at("userId") == user);
    }
}

TEST_CASE("pipelined requests on the data port are answered in their order") {
    Sidecar sidecar;
    const std::string token = sidecar.sign_in();
    const Fields cookie{{"Cookie", "__Host-session=" + token}};
    std::string requests;
    for (int i = 0; i < 200; ++i) {
        requests += request_text("GET", "/session", cookie);
        requests += request_text("POST", "/set-session", {}, R"({"token":")" + token + "\"}");
        requests += request_text("GET", "/nothing");
        requests += request_text("POST", "/set-session", {}, R"({"session":null})");
    }
    HttpClient client = sidecar.data();
    client.send(requests);

    for (int i = 0; i < 200; ++i) {
        REQUIRE(client.read().field("X-Session-State") == "active");
        REQUIRE(token_in(client.read().field("Set-Cookie")) == token);
        REQUIRE(client.read().status == 404);
        REQUIRE(token_in(client.read().field("Set-Cookie")).empty());
    }
}

TEST_CASE("a request cut in two at any byte is answered as a whole one is") {
    Sidecar sidecar;
    const std::string token = sidecar.sign_in();
    const std::string chunked =
        "POST /set-session HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"
        "5;x=\"y\"\r\n{\"ses\r\nb\r\nsion\":null}\r\n0\r\nX-Trailer: z\r\n\r\n";
    const std::string sized = request_text("POST", "/set-session", {}, R"({"token":")" + token + "\"}");
    const std::string bodiless = request_text("GET", "/session", {{"Cookie", "__Host-session=" + token}});

    HttpClient client = sidecar.data();
    for (const std::string& request : {chunked, sized, bodiless}) {
        client.send(request);
        const Reply whole = client.read();
        REQUIRE(whole.status == 200);
        for (std::size_t cut = 1; cut < request.size(); ++cut) {
            client.send(request.substr(0, cut));
            // Another client's answer shows that the server has had its turn with the first part.
            if (cut % 8 == 0) REQUIRE(sidecar.get("/session").status == 200);
            client.send(request.substr(cut));
            const Reply reply = client.read();
            REQUIRE(reply.fields == whole.fields);
            REQUIRE(reply.body == whole.body);
        }
    }
}

TEST_CASE("the bytes of unfinished requests stay their own while other connections work") {
    Sidecar sidecar;
    constexpr int count = 100;
    std::vector<HttpClient> clients;
    std::vector<std::string> requests;
    std::vector<std::string> tokens;
    for (int i = 0; i < count; ++i) {
        tokens.push_back(sidecar.sign_in());
        const std::string padding(static_cast<std::size_t>(i) * 300, ' ');
        requests.push_back(
            request_text("POST", "/set-session", {}, R"({"token":")" + tokens.back() + "\"" + padding + "}"));
        clients.push_back(sidecar.data());
    }

    // Cut in the head, at its end, early in the body, and before the last byte.
    std::vector<std::size_t> sent(count, 0);
    const auto send_to = [&](std::size_t i, std::size_t end) {
        clients[i].send(std::string_view(requests[i]).substr(sent[i], end - sent[i]));
        sent[i] = end;
    };
    for (std::size_t i = 0; i < count; ++i) send_to(i, 30);
    CHECK(sidecar.get("/session", tokens[0]).status == 200);
    for (std::size_t i = 0; i < count; ++i) send_to(i, requests[i].find("\r\n\r\n") + 4 + i % 40);
    CHECK(sidecar.get("/session", tokens[1]).status == 200);
    for (std::size_t i = 0; i < count; ++i) send_to(i, requests[i].size() - 1);
    CHECK(sidecar.get("/session", tokens[2]).status == 200);
    for (std::size_t i = count; i-- > 0;) send_to(i, requests[i].size());

    for (std::size_t i = 0; i < count; ++i) {
        const Reply reply = clients[i].read();
        REQUIRE(reply.status == 200);
        REQUIRE(token_in(reply.field("Set-Cookie")) == tokens[i]);
    }
}

TEST_CASE("connections that look for requests together are each answered by their own") {
    Sidecar sidecar("lmdb:");
    constexpr std::size_t count = 50;
    std::vector<HttpClient> clients;
    std::vector<std::string> tokens;
    for (std::size_t i = 0; i < count; ++i) {
        tokens.push_back(sidecar.sign_in(R"({"userId":"u)" + std::to_string(i) + "\"}"));
        clients.push_back(sidecar.data());
    }
    const auto request_of = [&](std::size_t i, std::size_t round) {
        const std::string asked = request_text("GET", "/session", {{"Cookie", "__Host-session=" + tokens[i]}});
        switch ((i + round) % 5) {
            case 0:
                return asked + asked;
            case 1:
                return request_text("GET", "/session", {{"Cookie", "__Host-session=" + tokens[i].substr(1) + "a"}}) +
                       asked;
            case 2:
                return request_text("GET", "/nothing") + asked;
            default:
                return asked;
        }
    };
    const auto is_own = [](const Reply& reply, std::size_t i) {
        return reply.json().at("session").at("userId") == "u" + std::to_string(i);
    };
    for (std::size_t round = 0; round < 20; ++round) {
        for (std::size_t i = 0; i < count; ++i) {
            const std::string text = request_of(i, round);
            // Every seventh in two pieces, so that the others are answered between them.
            const std::size_t first = i % 7 == 0 ? text.size() - 20 : text.size();
            clients[i].send(std::string_view(text).substr(0, first));
            if (first < text.size() && i > 0) REQUIRE(clients[i - 1].is_readable_within(std::chrono::seconds(5)));
            clients[i].send(std::string_view(text).substr(first));
        }
        for (std::size_t i = 0; i < count; ++i) {
            const std::size_t kind = (i + round) % 5;
            if (kind == 0) REQUIRE(is_own(clients[i].read(), i));
            if (kind == 1) REQUIRE(clients[i].read().json().at("session").is_null());
            if (kind == 2) REQUIRE(clients[i].read().status == 404);
            REQUIRE(is_own(clients[i].read(), i));
        }
    }
}

TEST_CASE("a message that is refused ends its own connection, and none of those that look for requests beside it") {
    Sidecar sidecar;
    constexpr std::size_t count = 40;
    const std::string token = sidecar.sign_in();
    const std::string asked = request_text("GET", "/session", {{"Cookie", "__Host-session=" + token}});
    std::vector<HttpClient> clients;
    for (std::size_t i = 0; i < count; ++i) clients.push_back(sidecar.data());
    for (int round = 0; round < 3; ++round) {
        for (HttpClient& client : clients) client.send(asked);
        for (HttpClient& client : clients) REQUIRE(client.read().field("X-Session-State") == "active");
    }

    for (std::size_t i = 0; i < count; ++i) clients[i].send(i % 2 == 0 ? asked + "GET\r\n" : asked);

    for (std::size_t i = 0; i < count; ++i) {
        REQUIRE(clients[i].read().field("X-Session-State") == "active");
        if (i % 2 == 0) {
            REQUIRE(clients[i].read().status == 400);
            REQUIRE(clients[i].is_closed());
        } else {
            REQUIRE(clients[i].request("GET", "/session").status == 200);
        }
    }
}
