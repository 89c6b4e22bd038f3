#include "adapters/redis/reply.hpp"

#include <doctest/doctest.h>

namespace sessgate::tests {

using adapters::redis::Reply;
using adapters::redis::ReplyReader;
using Next = ReplyReader::Next;

TEST_CASE("replies of Redis are read whole, also when they come byte by byte") {
    const std::string bytes =
        "+OK\r\n-ERR no\r\n:-7\r\n$-1\r\n*-1\r\n$4\r\na\r\nb\r\n*2\r\n*1\r\n$1\r\nx\r\n:1\r\n*0\r\n";
    ReplyReader reader;
    std::vector<Reply> replies;
    for (const char c : bytes) {
        reader.feed({&c, 1});
        Reply reply;
        while (reader.next(reply) == Next::reply) replies.push_back(std::move(reply));
    }
    REQUIRE(replies.size() == 8);
    CHECK(replies[0].is_status("OK"));
    CHECK(replies[1].is_error("ERR"));
    CHECK(!replies[1].is_error("ER"));
    CHECK(replies[2].integer == -7);
    CHECK(replies[3].is(Reply::Type::nil));
    CHECK(replies[4].is(Reply::Type::nil));
    CHECK(replies[5].is_string("a\r\nb"));
    CHECK(replies[6].elements[0].elements[0].is_string("x"));
    CHECK(replies[6].elements[1].integer == 1);
    CHECK(replies[7].is(Reply::Type::array));
}

TEST_CASE("what is no reply of Redis ends the reading for good") {
    for (const std::string bytes : {"HTTP/1.1 400\r\n", "$x\r\n", "*99999999\r\n", "*2147483647\r\n", "$-2\r\n"}) {
        CAPTURE(bytes);
        ReplyReader reader;
        reader.feed(bytes);
        Reply reply;
        CHECK(reader.next(reply) == Next::garbage);
        reader.feed("+OK\r\n");
        CHECK(reader.next(reply) == Next::garbage);
    }
}

TEST_CASE("a length that is only claimed takes no memory") {
    ReplyReader reader;
    reader.feed("$500000000\r\nabc");
    Reply reply;
    CHECK(reader.next(reply) == Next::more);
}

}  // namespace sessgate::tests
