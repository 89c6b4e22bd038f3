#pragma once

#include <doctest/doctest.h>

#include <concepts>

#include "sessgate/adapters/memory_store.hpp"
#include "tests/support/lmdb_folder.hpp"
#include "tests/support/lucia_harness.hpp"
#include "tests/support/records.hpp"
#include "tests/support/redis_harness.hpp"

// A harness opens two shards' stores on the same, empty data. `TEST_CASE_TEMPLATE("...", Harness, SESSGATE_STORES)`
// runs a case on every implementation; a new one adds its harness to this list.
#define SESSGATE_STORES                                                                                   \
    ::sessgate::tests::MemoryHarness, ::sessgate::tests::LmdbHarness, ::sessgate::tests::RedisTcpHarness, \
        ::sessgate::tests::RedisTlsHarness, ::sessgate::tests::RedisUnixHarness,                          \
        ::sessgate::tests::RedisSentinelHarness, ::sessgate::tests::RedisClusterHarness,                  \
        ::sessgate::tests::LuciaHarness, ::sessgate::tests::LuciaRecipeHarness,                           \
        ::sessgate::tests::LuciaSentinelHarness

namespace sessgate::tests {

class MemoryHarness {
public:
    template <typename T>
    core::Result<T> run(ports::Async<T> call) {
        return run_on(context_, std::move(call));
    }

    ports::SessionStore& a() { return *a_; }
    ports::SessionStore& b() { return *b_; }
    core::WallTime now() const { return clock_.wall(); }
    void advance(core::Milliseconds by) { clock_.advance(by); }
    void sweep() { database_.sweep(); }

private:
    ManualClock clock_;
    adapters::MemoryDatabase database_{clock_};
    boost::asio::io_context context_;
    std::unique_ptr<ports::SessionStore> a_ = database_.open_shard();
    std::unique_ptr<ports::SessionStore> b_ = database_.open_shard();
};

class LmdbHarness {
public:
    template <typename T>
    core::Result<T> run(ports::Async<T> call) {
        return folder_.run(std::move(call));
    }

    ports::SessionStore& a() { return folder_.store(); }
    ports::SessionStore& b() { return *b_; }
    core::WallTime now() const { return folder_.now(); }
    void advance(core::Milliseconds by) { folder_.clock.advance(by); }
    void sweep() {
        while (folder_.database().sweep() > 0) continue;
    }

private:
    LmdbFolder folder_;
    std::unique_ptr<ports::SessionStore> b_ = folder_.database().open_shard(folder_.context().get_executor());
};

/// Whether all that a record can say is stored. Lucia's records have no place for rotation, for an absolute end and for
/// members of other programs that are no attributes; and they say when a session began only from its last renewal on.
template <typename Harness>
constexpr bool keeps_all_of_a_record = !std::derived_from<Harness, LuciaHarness>;

/// A session that is new at the harness's time, of the kind that its stores keep.
template <typename Harness>
core::SessionRecord session_in(Harness& harness, const core::UserId& user = a_user_id()) {
    core::SessionRecord session = a_session(harness.now(), user);
    if constexpr (!keeps_all_of_a_record<Harness>) session = harness.as_lucia_has_it(std::move(session));
    return session;
}

/// What is stored of it once it was renewed at `now`.
template <typename Harness>
core::SessionRecord renewed_in(Harness& harness, const core::SessionRecord& session, core::WallTime now) {
    core::SessionRecord later = renewed(session, now);
    if constexpr (!keeps_all_of_a_record<Harness>) later = harness.as_kept(std::move(later));
    return later;
}

}  // namespace sessgate::tests

TYPE_TO_STRING_AS("lucia-2 on redis", sessgate::tests::LuciaHarness);
TYPE_TO_STRING_AS("lucia-recipe on redis", sessgate::tests::LuciaRecipeHarness);
TYPE_TO_STRING_AS("lucia-2 on redis with few rights and sentinels", sessgate::tests::LuciaSentinelHarness);
TYPE_TO_STRING_AS("memory", sessgate::tests::MemoryHarness);
TYPE_TO_STRING_AS("lmdb", sessgate::tests::LmdbHarness);
TYPE_TO_STRING_AS("redis", sessgate::tests::RedisTcpHarness);
TYPE_TO_STRING_AS("redis over TLS", sessgate::tests::RedisTlsHarness);
TYPE_TO_STRING_AS("redis with few rights on a unix socket", sessgate::tests::RedisUnixHarness);
TYPE_TO_STRING_AS("redis with few rights and sentinels", sessgate::tests::RedisSentinelHarness);
TYPE_TO_STRING_AS("redis with few rights in a cluster", sessgate::tests::RedisClusterHarness);
