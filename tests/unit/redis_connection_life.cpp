#include "adapters/redis/connection_life.hpp"

#include <doctest/doctest.h>

namespace sessgate::tests {

using adapters::redis::ConnectionLife;
using adapters::redis::Reply;
using State = ConnectionLife::State;
using Type = Reply::Type;

namespace {

constexpr core::SteadyTime start{std::chrono::hours(1)};

Reply ok() {
    return {Type::status, "OK"};
}

Reply text(const char* value) {
    return {Type::string, value};
}

Reply hello(const char* role = "master") {
    Reply reply{Type::array};
    reply.elements = {text("server"), text("redis"), text("id"), {Type::integer, "", 42}, text("role"), text(role)};
    return reply;
}

bool connects(ConnectionLife& life, core::SteadyTime now = start) {
    life.connected();
    const Reply replies[] = {hello()};
    return life.greeted(replies, now).has_value();
}

}  // namespace

TEST_CASE("a connection to Redis is greeted before it is ready, and takes calls from the moment it is made") {
    ConnectionLife life({});
    CHECK(!life.accepts_calls());

    life.start();
    CHECK(life.state() == State::connecting);
    CHECK(life.accepts_calls());

    CHECK(life.connected().bytes() == "*2\r\n$5\r\nHELLO\r\n$1\r\n2\r\n");
    CHECK(life.state() == State::greeting);

    const Reply replies[] = {hello()};
    const auto server = life.greeted(replies, start);
    REQUIRE(server.has_value());
    CHECK(server->client_id == 42);
    CHECK(server->is_primary);
    CHECK(life.is_ready());

    life.stop();
    CHECK(!life.accepts_calls());
}

TEST_CASE("a connection to Redis says who it is and which database it wants") {
    ConnectionLife life({.user = "ada", .password = "p w", .database = 7});
    life.start();

    const auto request = life.connected();
    CHECK(request.commands() == 3);
    CHECK(request.bytes() ==
          "*3\r\n$4\r\nAUTH\r\n$3\r\nada\r\n$3\r\np "
          "w\r\n*2\r\n$5\r\nHELLO\r\n$1\r\n2\r\n*2\r\n$6\r\nSELECT\r\n$1\r\n7\r\n");

    SUBCASE("and is ready when all of it is well") {
        const Reply replies[] = {ok(), hello("slave"), ok()};
        const auto server = life.greeted(replies, start);
        REQUIRE(server.has_value());
        CHECK(!server->is_primary);
    }

    SUBCASE("and is not when one of them is refused, with the server's word for it") {
        const Reply replies[] = {{Type::error, "WRONGPASS invalid"}, {Type::error, "NOAUTH"}, {Type::error, "NOAUTH"}};
        const auto server = life.greeted(replies, start);
        REQUIRE(server.has_error());
        CHECK(server.error() == "WRONGPASS invalid");
        CHECK(life.state() == State::greeting);
    }

    SUBCASE("and is not when an answer is none that Redis gives") {
        const Reply replies[] = {ok(), hello(), {Type::integer, "", 1}};
        CHECK(life.greeted(replies, start).has_error());
        const Reply shifted[] = {hello(), ok(), ok()};
        CHECK(life.greeted(shifted, start).has_error());
    }
}

TEST_CASE("a connection to Redis that cannot be made rests longer each time, and refuses calls until it is made") {
    ConnectionLife life({});
    life.start();
    core::Milliseconds longest{};
    for (int i = 0; i < 20; ++i) {
        const auto shortest = life.lost(start, 0);
        CHECK(life.state() == State::resting);
        CHECK(!life.accepts_calls());
        life.start();
        CHECK(!life.accepts_calls());
        longest = std::max(longest, shortest);
    }
    CHECK(longest == ConnectionLife::rest_max / 2);
    CHECK(life.lost(start, 1) == ConnectionLife::rest_max);

    life.start();
    CHECK(connects(life));
    CHECK(life.accepts_calls());
}

TEST_CASE("the rests of two sidecars differ by chance") {
    ConnectionLife a({});
    ConnectionLife b({});
    a.start();
    b.start();
    a.lost(start, 0.1);
    b.lost(start, 0.9);
    CHECK(a.lost(start, 0.1) < b.lost(start, 0.9));
}

TEST_CASE("a connection to Redis that has worked for a while is made again at once, and takes calls meanwhile") {
    ConnectionLife life({});
    life.start();
    REQUIRE(connects(life));

    SUBCASE("when it is lost") {
        CHECK(life.lost(start + ConnectionLife::settled_after, 1) == core::Milliseconds(0));
        CHECK(life.state() == State::connecting);
        CHECK(life.accepts_calls());
    }

    SUBCASE("but not when it had just been made, since a server that drops everybody is not to be hammered") {
        CHECK(life.lost(start + std::chrono::milliseconds(5), 1) > core::Milliseconds(0));
        CHECK(life.state() == State::resting);
        CHECK(!life.accepts_calls());
    }

    SUBCASE("when a reply came late or made no sense") {
        life.distrusted();
        CHECK(life.state() == State::connecting);
        CHECK(life.accepts_calls());
    }
}

}  // namespace sessgate::tests
