// What a damaged or hostile server may send. However the bytes are cut, the same replies come of them, nothing comes
// after garbage, and whoever reads meaning into a reply survives it.

#include "adapters/redis/reply.hpp"

#include <algorithm>
#include <cstdint>

#include "adapters/redis/cluster_view.hpp"
#include "adapters/redis/login.hpp"
#include "adapters/redis/redirect.hpp"
#include "adapters/redis/tracking.hpp"
#include "tests/fuzz/expect.hpp"

using namespace sessgate::adapters::redis;
using sessgate::tests::expect;

namespace {

struct Read {
    std::vector<Reply> replies{};
    bool ends_in_garbage = false;
};

bool same(const Reply& a, const Reply& b) {
    return a.type == b.type && a.text == b.text && a.integer == b.integer &&
           std::ranges::equal(a.elements, b.elements, same);
}

Read read(std::string_view bytes, std::size_t piece) {
    Read read;
    ReplyReader reader;
    while (!bytes.empty() && !read.ends_in_garbage) {
        reader.feed(bytes.substr(0, piece));
        bytes.remove_prefix(std::min(piece, bytes.size()));
        Reply reply;
        auto next = reader.next(reply);
        for (; next == ReplyReader::Next::reply; next = reader.next(reply)) read.replies.push_back(std::move(reply));
        read.ends_in_garbage = next == ReplyReader::Next::garbage;
        if (read.ends_in_garbage) expect(reader.next(reply) == next, "nothing comes after garbage");
    }
    return read;
}

/// A link that hears the replies as a server's messages, until it hears nonsense.
void hear(std::span<const Reply> replies) {
    Lease lease;
    Versions versions;
    Pairings pairings;
    Tracking tracking("sessgate:", lease, versions, pairings);
    tracking.begin({1, true});
    for (const Reply& reply : replies) {
        const auto before = versions.of("aaa");
        const auto heard = tracking.hear(reply);
        expect(versions.of("aaa") >= before, "versions only grow");
        if (heard == Tracking::Heard::nonsense) break;
        if (tracking.was_just_confirmed()) tracking.ping(LeaseTime(1));
    }
    tracking.lost();
    expect(!lease.is_held(LeaseTime(2)) && lease.link() == 0, "a lost link vouches for nothing");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size < 1) return 0;
    const std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
    const Read whole = read(bytes, bytes.size());
    const Read cut = read(bytes, 1 + data[0] % 16);
    expect(whole.ends_in_garbage == cut.ends_in_garbage, "garbage is garbage however it is cut");
    expect(std::ranges::equal(whole.replies, cut.replies, same), "replies are the same however they are cut");

    for (const Reply& reply : whole.replies) {
        read_hello(reply);
        if (reply.is(Reply::Type::error)) read_redirect(reply);
        const auto claims = read_cluster_nodes(reply.text, {"127.0.0.1", 1, {}});
        if (claims) join_claims(*claims);
    }
    first_redirect(whole.replies);
    hear(whole.replies);
    return 0;
}
