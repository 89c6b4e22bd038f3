#include "adapters/redis/tracking.hpp"

#include <doctest/doctest.h>

namespace sessgate::tests {

using adapters::redis::Lease;
using adapters::redis::LeaseTime;
using adapters::redis::Pairing;
using adapters::redis::Pairings;
using adapters::redis::Reply;
using adapters::redis::Tracking;
using adapters::redis::Versions;
using Heard = Tracking::Heard;
using Type = Reply::Type;
using namespace std::chrono_literals;

namespace {

Reply text(std::string value) {
    return {Type::string, std::move(value)};
}

Reply list(std::vector<Reply> elements) {
    Reply reply{Type::array};
    reply.elements = std::move(elements);
    return reply;
}

Reply message(Reply keys) {
    return list({text("message"), text("__redis__:invalidate"), std::move(keys)});
}

Reply subscribed() {
    return list({text("subscribe"), text("__redis__:invalidate"), {Type::integer, "", 1}});
}

/// A link as its connection sees it, at instants that the test names.
struct Story {
    Lease lease;
    Versions versions;
    Pairings pairings;
    Tracking tracking{"sg:", lease, versions, pairings};
    LeaseTime now = 1h;

    void confirm() {
        tracking.begin({7, true});
        CHECK(tracking.hear({Type::status, "OK"}) == Heard::fine);
        CHECK(tracking.hear(subscribed()) == Heard::fine);
    }
    Heard pong(int number) { return tracking.hear(list({text("pong"), text(std::to_string(number))})); }

    /// Whether `change` raised the versions of both buckets: "both", "aaa", "bbb" or "none".
    template <typename Change>
    std::string raised_by(Change change) {
        const auto a = versions.of("aaa");
        const auto b = versions.of("bbb");
        change();
        if (versions.of("aaa") != a && versions.of("bbb") != b) return "both";
        return versions.of("aaa") != a ? "aaa" : versions.of("bbb") != b ? "bbb" : "none";
    }
};

const std::string key_in_aaa = "sg:s:{aaa}:aaa22222222222222222";

}  // namespace

TEST_CASE("an invalidation link asks the server to tell its own connection of every change to a session") {
    Story story;
    const auto request = story.tracking.begin({7, true});
    CHECK(request.commands() == 2);
    CHECK(request.bytes().find("REDIRECT\r\n$1\r\n7\r\n$5\r\nBCAST\r\n$6\r\nPREFIX\r\n$5\r\nsg:s:\r\n") !=
          std::string::npos);
}

TEST_CASE("a lease begins with the first answered ping of a confirmed link, and all is raised before it") {
    Story story;
    CHECK(story.raised_by([&] { story.confirm(); }) == "both");
    CHECK(story.lease.link() != 0);
    CHECK(story.lease.client_id() == 7);
    CHECK(!story.lease.is_held(story.now));

    story.tracking.ping(story.now);
    CHECK(!story.lease.is_held(story.now));
    CHECK(story.pong(1) == Heard::fine);

    CHECK(story.lease.is_held(story.now + 499ms));
    CHECK(!story.lease.is_held(story.now + 500ms));
}

TEST_CASE("a lease counts from when the ping was sent, not from when it was answered") {
    Story story;
    story.confirm();
    story.tracking.ping(story.now);
    story.tracking.ping(story.now + 250ms);

    CHECK(story.pong(1) == Heard::fine);
    CHECK(!story.lease.is_held(story.now + 600ms));
    CHECK(story.pong(2) == Heard::fine);
    CHECK(story.lease.is_held(story.now + 600ms));
}

TEST_CASE("a lease that ran out raises nothing, and goes on when a ping of the same link is answered") {
    Story story;
    story.confirm();
    story.tracking.ping(story.now);
    CHECK(story.pong(1) == Heard::fine);
    const auto link = story.lease.link();

    CHECK(story.raised_by([&] {
        story.tracking.ping(story.now + 1s);
        CHECK(!story.lease.is_held(story.now + 1s));
        CHECK(story.pong(2) == Heard::fine);
    }) == "none");
    CHECK(story.lease.is_held(story.now + 1s));
    CHECK(story.lease.link() == link);
}

TEST_CASE("a ping that waits for two seconds means that the link is dead") {
    Story story;
    story.confirm();
    CHECK(!story.tracking.is_dead(story.now + 1h));
    story.tracking.ping(story.now);
    CHECK(!story.tracking.is_dead(story.now + 2s));
    CHECK(story.tracking.is_dead(story.now + 2001ms));
}

TEST_CASE("a message raises the version of its session's bucket and no other") {
    Story story;
    story.confirm();
    CHECK(story.raised_by([&] { story.tracking.hear(message(list({text(key_in_aaa)}))); }) == "aaa");
}

TEST_CASE("whatever may stand for more than one session raises all versions") {
    Story story;
    story.confirm();
    const auto hear = [&](Reply keys) {
        return story.raised_by([&] { CHECK(story.tracking.hear(message(std::move(keys))) == Heard::fine); });
    };
    SUBCASE("nil, which FLUSHALL sends") {
        CHECK(hear({Type::nil}) == "both");
    }
    SUBCASE("a key that is damaged in its bucket") {
        CHECK(hear(list({text("sg:s:{aba}:aaa22222222222222222")})) == "both");
        CHECK(hear(list({text("sg:s:{aaa}:aba22222222222222222")})) == "both");
    }
    SUBCASE("a key that is damaged in its prefix") {
        CHECK(hear(list({text("sh:s:{aaa}:aaa22222222222222222")})) == "both");
    }
    SUBCASE("the loss of the link") {
        CHECK(story.raised_by([&] { story.tracking.lost(); }) == "both");
        CHECK(story.lease.link() == 0);
        CHECK(!story.lease.is_held(story.now));
    }
}

TEST_CASE("two links of a node never have the same number") {
    Story story;
    story.confirm();
    const auto first = story.lease.link();
    story.tracking.lost();
    story.confirm();
    CHECK(story.lease.link() > first);
}

TEST_CASE("a connection is paired by the message that was sent on its behalf, with the link it came through") {
    Story story;
    const auto pairing = std::make_shared<Pairing>();
    story.pairings.add("sg:n:{aaa}:1", pairing);
    story.confirm();

    CHECK(story.raised_by([&] { story.tracking.hear(message(list({text("sg:n:{aaa}:2")}))); }) == "none");
    CHECK(pairing->link == 0);
    story.tracking.hear(message(list({text("sg:n:{aaa}:1")})));
    CHECK(pairing->link == story.lease.link());
}

TEST_CASE("an invalidation link that hears something else than it asked for is given up") {
    Story story;
    SUBCASE("before it is confirmed") {
        story.tracking.begin({7, true});
        CHECK(story.tracking.hear(subscribed()) == Heard::nonsense);
    }
    SUBCASE("a pong out of order") {
        story.confirm();
        story.tracking.ping(story.now);
        CHECK(story.pong(2) == Heard::nonsense);
    }
    SUBCASE("a pong that nobody asked for") {
        story.confirm();
        CHECK(story.pong(1) == Heard::nonsense);
    }
    SUBCASE("a reply of another kind") {
        story.confirm();
        CHECK(story.tracking.hear({Type::status, "OK"}) == Heard::nonsense);
        CHECK(story.tracking.hear(message({Type::integer, "", 1})) == Heard::nonsense);
        CHECK(story.tracking.hear(message(list({{Type::nil}}))) == Heard::nonsense);
    }
}

TEST_CASE("a server that refuses to tell of changes is heard, with its reason") {
    Story story;
    story.tracking.begin({7, true});
    CHECK(story.tracking.hear({Type::error, "NOPERM no"}) == Heard::refused);
    CHECK(story.tracking.refusal() == "NOPERM no");
    CHECK(story.lease.link() == 0);
}

}  // namespace sessgate::tests
