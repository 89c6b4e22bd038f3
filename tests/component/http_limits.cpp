#include <doctest/doctest.h>

#include "tests/support/sidecar.hpp"

using namespace sessgate::tests;

namespace {

constexpr std::size_t head_limit = 2048;
constexpr std::size_t body_limit = 4096;
const Sidecar::Settings limits{{"http.head_limit", "2KiB"}, {"http.body_limit", "4KiB"}};

/// A GET whose head is exactly so large.
std::string get_of_size(std::size_t bytes) {
    const std::size_t usual = request_text("GET", "/session", {{"X-Long", ""}}).size();
    return request_text("GET", "/session", {{"X-Long", std::string(bytes - usual, 'x')}});
}

/// A body that removes the cookie, with spaces up to exactly so many bytes.
std::string body_of_size(std::size_t bytes) {
    const std::string body = R"({"session":null})";
    return body + std::string(bytes - body.size(), ' ');
}

std::string in_chunks(std::string_view body, std::size_t chunk_size, const std::string& trailers = {}) {
    const auto hex = [](std::size_t number) {
        char text[17];
        std::snprintf(text, sizeof text, "%zx", number);
        return std::string(text);
    };
    std::string chunks;
    for (std::string_view rest = body; !rest.empty(); rest.remove_prefix(std::min(chunk_size, rest.size()))) {
        const std::string_view chunk = rest.substr(0, chunk_size);
        chunks += hex(chunk.size()) + "\r\n" + std::string(chunk) + "\r\n";
    }
    return chunks + "0\r\n" + trailers + "\r\n";
}

std::string chunked_head() {
    return request_text("POST", "/set-session",
                        {{"Content-Type", "application/json"}, {"Transfer-Encoding", "chunked"}});
}

/// The answer says why and closes.
void check_refused(HttpClient& client, int status, std::string_view code) {
    const Reply reply = client.read();
    CHECK(reply.status == status);
    CHECK(reply.field("Content-Type") == "application/problem+json");
    CHECK(reply.json().at("status") == status);
    CHECK(reply.json().at("code") == code);
    CHECK_FALSE(reply.json().at("detail").get<std::string>().empty());
    CHECK(reply.field("Connection") == "close");
    CHECK(client.is_closed());
}

}  // namespace

TEST_CASE("a head of exactly http.head_limit is read and one byte more is 431 and a close") {
    Sidecar sidecar("memory:", limits);
    HttpClient client = sidecar.data();
    client.send(get_of_size(head_limit));
    CHECK(client.read().status == 200);

    client.send(get_of_size(head_limit + 1));
    check_refused(client, 431, "head_too_large");
}

TEST_CASE("many small fields count as one large one does") {
    Sidecar sidecar("memory:", limits);
    Fields fields;
    while (request_text("GET", "/session", fields).size() + 6 <= head_limit) fields.emplace_back("a", "b");
    HttpClient client = sidecar.data();
    CHECK(client.request("GET", "/session", fields).status == 200);

    fields.emplace_back("a", "b");
    client.send(request_text("GET", "/session", fields));
    check_refused(client, 431, "head_too_large");
}

TEST_CASE("a head without an end is refused at the limit and not before") {
    Sidecar sidecar("memory:", limits);
    HttpClient client = sidecar.data();
    const std::string head = get_of_size(head_limit);
    client.send(head.substr(0, head_limit - 4) + "xxx");
    HttpClient other = sidecar.data();
    CHECK(other.request("GET", "/session").status == 200);
    CHECK_FALSE(client.is_readable_within(std::chrono::milliseconds(0)));

    client.send("x");
    check_refused(client, 431, "head_too_large");
}

TEST_CASE("a body of exactly http.body_limit is read and one byte more is 413 and a close") {
    Sidecar sidecar("memory:", limits);
    HttpClient client = sidecar.data();

    SUBCASE("with a Content-Length, refused before the body is sent") {
        CHECK(client.request("POST", "/set-session", {}, body_of_size(body_limit)).status == 200);
        const std::string larger = request_text("POST", "/set-session", {}, body_of_size(body_limit + 1));
        client.send(larger.substr(0, larger.find("\r\n\r\n") + 4));
        check_refused(client, 413, "body_too_large");
    }
    SUBCASE("in one chunk, refused at its size") {
        client.send(chunked_head() + in_chunks(body_of_size(body_limit), body_limit));
        CHECK(client.read().status == 200);
        client.send(chunked_head() + "1001\r\n");
        check_refused(client, 413, "body_too_large");
    }
    SUBCASE("in chunks of one byte") {
        client.send(chunked_head() + in_chunks(body_of_size(body_limit), 1));
        CHECK(client.read().status == 200);
        client.send(chunked_head() + in_chunks(body_of_size(body_limit + 1), 1));
        check_refused(client, 413, "body_too_large");
    }
    SUBCASE("on a path that is not known") {
        CHECK(client.request("POST", "/nothing", {}, body_of_size(body_limit)).status == 404);
        client.send(request_text("POST", "/nothing", {}, body_of_size(body_limit + 1)));
        check_refused(client, 413, "body_too_large");
    }
}

TEST_CASE("trailers and chunk extensions count into http.head_limit") {
    Sidecar sidecar("memory:", limits);
    const std::size_t room = head_limit - chunked_head().size();
    const std::string body = R"({"session":null})";
    HttpClient client = sidecar.data();

    SUBCASE("trailers") {
        const auto trailer = [](std::size_t bytes) { return "X-Long:" + std::string(bytes - 9, 'x') + "\r\n"; };
        client.send(chunked_head() + in_chunks(body, body.size(), trailer(room)));
        CHECK(client.read().status == 200);
        client.send(chunked_head() + in_chunks(body, body.size(), trailer(room + 1)));
        check_refused(client, 431, "head_too_large");
    }
    SUBCASE("extensions") {
        const auto extended = [&](std::size_t bytes) {
            return "10;" + std::string(bytes - 1, 'x') + "\r\n" + body + "\r\n0\r\n\r\n";
        };
        client.send(chunked_head() + extended(room));
        CHECK(client.read().status == 200);
        client.send(chunked_head() + extended(room + 1));
        check_refused(client, 431, "head_too_large");
    }
}

TEST_CASE("a client that goes on sending after it was refused still reads why") {
    Sidecar sidecar("memory:", limits);
    HttpClient client = sidecar.data();
    client.send(request_text("POST", "/set-session", {}, body_of_size(1024 * 1024)));
    check_refused(client, 413, "body_too_large");
}
