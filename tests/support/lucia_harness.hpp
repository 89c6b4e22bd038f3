#pragma once

#include "sessgate/core/lucia_records.hpp"
#include "tests/support/redis_harness.hpp"

namespace sessgate::tests {

/// Layouts of Lucia's with the periods that `a_session` has.
inline core::LuciaRecords lucia_records(core::Layout layout) {
    return {core::LuciaIds(layout, {core::RecordKey{1, 2, 3}}), std::chrono::hours(24), std::chrono::days(14)};
}

inline RedisSetup with_lucia(RedisSetup setup, core::Layout layout) {
    setup.settings.lucia = adapters::LuciaLayout{lucia_records(layout), "session", "user_sessions"};
    const std::string stored_id = layout == core::Layout::lucia_2 ? std::string(40, 'z') : std::string(64, '0');
    const core::SessionId id = lucia_records(layout).ids().shown(stored_id).value();
    setup.primaries.front().lucia = LuciaSpare{id, "session:" + stored_id};
    return setup;
}

/// As RedisHarness, with sessions where Lucia 2 has them.
class LuciaHarness : public RedisHarness {
public:
    explicit LuciaHarness(core::Layout layout = core::Layout::lucia_2,
                          RedisSetup setup = one_redis(&RedisServer::over_tcp))
        : RedisHarness(with_lucia(std::move(setup), layout)), records_(lucia_records(layout)) {}

    /// `session` under an id of Lucia's that is made of its own.
    core::SessionRecord as_lucia_has_it(core::SessionRecord session) const {
        const core::Token token = records_.ids().make_token(session.hash);
        session.id = token.id;
        session.hash = core::hash_of(token.secret);
        return as_kept(std::move(session));
    }

    /// A user whom nobody put has no attributes, and is there all the same.
    core::SessionRecord as_kept(core::SessionRecord session) const {
        session = records_.as_kept(std::move(session));
        session.user_copy.emplace();
        return session;
    }

    const core::LuciaRecords& records() const noexcept { return records_; }

private:
    core::LuciaRecords records_;
};

class LuciaRecipeHarness final : public LuciaHarness {
public:
    LuciaRecipeHarness() : LuciaHarness(core::Layout::lucia_recipe) {}
};

/// Lucia's rights come on top of the few others.
inline RedisSetup sentinels_beside_lucia() {
    RedisSetup setup = redis_with_sentinels();
    setup.primaries.front().node->admit_beside_lucia();
    return setup;
}

class LuciaSentinelHarness final : public LuciaHarness {
public:
    LuciaSentinelHarness() : LuciaHarness(core::Layout::lucia_2, sentinels_beside_lucia()) {}
};

}  // namespace sessgate::tests
