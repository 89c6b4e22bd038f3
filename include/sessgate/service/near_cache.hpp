#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "sessgate/core/verdict.hpp"

namespace sessgate::service {

/// Records that this shard read lately. A record is believed only under the version of its bucket that was read
/// before it (`SessionStore::version_of`), so one that somebody changed or ended is never found again.
///
/// Takes no more room than it was given: each id has four places, and the one that was filled longest ago goes. Nor is
/// a record believed for longer than it may be: whatever mistake kept it, here or in the store, ends then.
/// The shard's thread only.
class NearCache {
public:
    /// Room for so many sessions, rounded up to a power of two; 0: keeps nothing.
    NearCache(std::size_t sessions_max, core::Milliseconds age_max);

    /// Null when the record is not kept, was read under another version, or longer ago than the highest age.
    core::SharedSession find(const core::SessionId& id, std::uint64_t version, core::WallTime now) const noexcept;

    /// `version`: as it was before the record was read.
    void put(core::SharedSession session, std::uint64_t version, core::WallTime now) noexcept;

private:
    static constexpr std::size_t ways = 4;

    struct Place {
        std::uint64_t tag = 0;  ///< a part of the id, so that other sessions' records need not be touched
        std::uint64_t version = 0;
        core::WallTime read_at{};
        core::SharedSession session;
    };
    struct Set {
        std::array<Place, ways> places;
        std::size_t oldest = 0;
    };

    std::size_t index_of(std::uint64_t tag) const noexcept;

    std::vector<Set> sets_;
    core::Milliseconds age_max_;
};

}  // namespace sessgate::service
