#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "sessgate/core/verdict.hpp"

namespace sessgate::service {

/// A record that this shard read, and what is known of the next use of its current token.
struct KeptSession {
    core::SessionId id;
    std::uint64_t version;      ///< of the id's bucket, from before the record was read
    core::SecretText secret{};  ///< of the current token, once a use of it was allowed; equals none before that
    core::WallTime plain_until = core::WallTime::min();     ///< as `core::plain_until`
    core::WallTime written_at{};                            ///< as `core::written_at`
    core::WallTime believed_until = core::WallTime::min();  ///< the highest age of what is kept
    core::SharedSession session;

    /// What the layer above has made of the session and wants to find here again: an answer to each of its two calls.
    std::array<std::string, 2> answers{};
};

/// Records that this shard read lately. A record is believed only under the version of its bucket that was read
/// before it (`SessionStore::version_of`), so one that somebody changed or ended is never used again.
///
/// Takes no more room than it was given: each id has four places, and the one that was filled longest ago goes.
/// The shard's thread only.
class NearCache {
public:
    /// Room for so many sessions, rounded up to a power of two; 0: keeps nothing.
    explicit NearCache(std::size_t sessions_max);

    /// The record under the id that `id` spells, whatever its version; null when none is kept, which is so for text
    /// that is no id. Good until the next `put`.
    KeptSession* find(std::string_view id) noexcept;

    /// Null also when the record was read under another version.
    KeptSession* find(const core::SessionId& id, std::uint64_t version) noexcept;

    /// `version`: as it was before the record was read. The place of it is good until the next `put`; null when nothing
    /// is kept.
    KeptSession* put(core::SharedSession session, std::uint64_t version);

private:
    static constexpr std::size_t ways = 4;

    struct Place {
        std::uint64_t tag = 0;  ///< a part of the id, so that other sessions' records need not be touched
        std::unique_ptr<KeptSession> kept;
    };
    struct Set {
        std::array<Place, ways> places;
        std::size_t oldest = 0;

        Place* place_of(std::uint64_t tag, std::string_view id) noexcept;
        Place& next_place() noexcept;
    };

    Set& set_of(std::uint64_t tag) noexcept;

    std::vector<Set> sets_;
};

}  // namespace sessgate::service
