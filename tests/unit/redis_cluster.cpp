#include <doctest/doctest.h>

#include "adapters/redis/cluster_view.hpp"
#include "adapters/redis/redirect.hpp"
#include "adapters/redis/request.hpp"
#include "adapters/redis/scan.hpp"
#include "adapters/redis/slots.hpp"

namespace sessgate::tests {

using adapters::redis::Address;
using adapters::redis::ClaimedSlots;
using adapters::redis::ClusterView;
using adapters::redis::join_claims;
using adapters::redis::read_cluster_nodes;
using adapters::redis::Redirect;
using adapters::redis::Reply;
using adapters::redis::Request;
using adapters::redis::ScanPlace;

namespace {

Reply error(const char* text) {
    return {Reply::Type::error, text};
}

Address server(std::uint16_t port) {
    return {"10.0.0.1", port, {}};
}

}  // namespace

TEST_CASE("a node's refusal says where to go") {
    const auto moved = adapters::redis::read_redirect(error("MOVED 3999 10.0.0.1:6381"));
    REQUIRE(moved);
    CHECK(moved->kind == Redirect::Kind::moved);
    CHECK(moved->address == server(6381));

    const auto ask = adapters::redis::read_redirect(error("ASK 3999 fd00::2:6381"));
    REQUIRE(ask);
    CHECK(ask->kind == Redirect::Kind::ask);
    CHECK(ask->address == Address{"fd00::2", 6381, {}});

    const auto same_host = adapters::redis::read_redirect(error("MOVED 3999 :6381"));
    REQUIRE(same_host);
    CHECK(same_host->address == Address{"", 6381, {}});

    for (const char* text :
         {"TRYAGAIN Multiple keys request during rehashing of slot", "CLUSTERDOWN Hash slot not served"}) {
        const auto later = adapters::redis::read_redirect(error(text));
        REQUIRE(later);
        CHECK(later->kind == Redirect::Kind::try_again);
    }
}

TEST_CASE("an error that sends nobody anywhere is no redirect, and neither is a damaged one") {
    for (const char* text :
         {"ERR unknown command", "READONLY You can't write", "MOVED", "MOVED 3999", "MOVED 3999 10.0.0.1:0",
          "ASK 3999 10.0.0.1:65536", "ASK 3999 10.0.0.1:6381x", "ASKED 3999 10.0.0.1:6381"}) {
        CAPTURE(text);
        CHECK_FALSE(adapters::redis::read_redirect(error(text)));
    }
}

TEST_CASE("what a cluster's node says of the others: primaries with their slots, and those that have none yet") {
    const std::string text =
        "07c3 10.0.0.1:7001@17001 myself,master - 0 0 4 connected 0-5460 9000 [93-<-292f]\n"
        "67ed :7002@17002,host-2 master - 0 1 2 connected 5461-8999 9001-16383\n"
        "6ec2 10.0.0.1:7003@17003 slave 67ed 0 1 3 connected\n"
        "292f 10.0.0.1:7004@17004 master - 0 1 0 connected\n"
        "1111 10.0.0.1:7005@17005 master,fail - 0 1 1 disconnected\n"
        "2222 10.0.0.1:7006@17006 handshake,master - 0 1 0 connected\n";
    const auto claims = read_cluster_nodes(text, server(7001));
    REQUIRE(claims);
    REQUIRE(claims->size() == 3);
    CHECK(claims->at(0).address == server(7001));
    CHECK(claims->at(0).epoch == 4);
    CHECK(claims->at(0).ranges == decltype(ClaimedSlots::ranges){{0, 5460}, {9000, 9000}});
    CHECK(claims->at(1).address == server(7002));
    CHECK(claims->at(2).address == server(7004));
    CHECK(claims->at(2).ranges.empty());
}

TEST_CASE("what is no list of nodes is no view of the cluster") {
    for (const char* text : {"ERR", "a b master - 0 0 1 connected 0-5", "a 10.0.0.1:1@2 master - 0 0 1 connected 5-3",
                             "a 10.0.0.1:1@2 master - 0 0 1 connected 0-16384"}) {
        CAPTURE(text);
        CHECK_FALSE(read_cluster_nodes(text, server(1)));
    }
}

TEST_CASE("of two claims to a slot the newer one holds, whoever was asked first") {
    const ClaimedSlots old_owner{server(2), 3, {{0, 16383}}};
    const ClaimedSlots new_owner{server(1), 4, {{0, 99}}};
    const std::array one{old_owner, new_owner};
    const std::array other{new_owner, old_owner};
    const ClusterView view = join_claims(one);

    CHECK(view == join_claims(other));
    CHECK(view.primaries == std::vector{server(1), server(2)});
    CHECK(view.owners[99] == 0);
    CHECK(view.owners[100] == 1);
    for (const std::size_t i : {0U, 1U}) CHECK(view.owners[adapters::redis::slot_of(view.buckets[i])] == i);
}

TEST_CASE("a primary that lost all of its slots is gone, and one that has none yet is known") {
    const std::array claims{ClaimedSlots{server(1), 1, {{0, 16383}}}, ClaimedSlots{server(2), 2, {{0, 16383}}},
                            ClaimedSlots{server(3), 0, {}}};
    const ClusterView view = join_claims(claims);

    CHECK(view.primaries == std::vector{server(2), server(3)});
    CHECK(view.owners[0] == 0);
    CHECK_FALSE(view.buckets[0].empty());
    CHECK(view.buckets[1].empty());
}

TEST_CASE("a slot that nobody claims is nobody's") {
    const std::array claims{ClaimedSlots{server(1), 1, {{1, 16383}}}};
    const ClusterView view = join_claims(claims);
    CHECK(view.owners[0] > view.primaries.size());
    CHECK(view.owners[1] == 0);
}

TEST_CASE("commands are taken out of a request, and asked behind ASKING") {
    Request request;
    request.add({"GET", "a"}).add({"GET", "ECHO"}).add({"ECHO", "GET"});
    CHECK_FALSE(request.is_echo(1));
    CHECK(request.is_echo(2));
    const std::array places{std::size_t{0}, std::size_t{2}};

    Request expected;
    expected.add({"GET", "a"}).add({"ECHO", "GET"});
    CHECK(request.only(places).bytes() == expected.bytes());
    CHECK(request.only(places).commands() == 2);

    Request asking;
    asking.add({"ASKING"}).add({"GET", "a"}).add({"ASKING"}).add({"ECHO", "GET"});
    CHECK(request.only(places).with_asking().bytes() == asking.bytes());
    CHECK(request.only(places).with_asking().commands() == 4);
}

TEST_CASE("a place in a walk through all keys is read as it was written") {
    const ScanPlace place{7, 2, "18014398509481984"};
    const auto read = ScanPlace::parse(place.text());
    REQUIRE(read);
    CHECK(read->topology == 7);
    CHECK(read->node == 2);
    CHECK(read->cursor == place.cursor);
    for (const char* text : {"", "7", "7:2", "7:x:0", "x:2:0", ":2:0", "7::0"}) {
        CAPTURE(text);
        CHECK_FALSE(ScanPlace::parse(text));
    }
}

}  // namespace sessgate::tests
