#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <string>
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
/// Takes no more room than it was given: once it holds so many, the one that came in longest ago goes for the next.
/// The shard's thread only.
class NearCache {
public:
    /// Room for `sessions_max`; 0: keeps nothing.
    explicit NearCache(std::size_t sessions_max);

    bool is_empty() const noexcept { return sessions_.empty(); }

    /// The record under this id, whatever its version; null when none is kept. Good until the next `put`.
    KeptSession* find(const core::SessionId& id) noexcept;

    /// Null also when the record was read under another version.
    KeptSession* find(const core::SessionId& id, std::uint64_t version) noexcept;

    /// `version`: as it was before the record was read. The place of it is good until the next `put`; null when nothing
    /// is kept.
    KeptSession* put(core::SharedSession session, std::uint64_t version);

private:
    /// Of a hash table with open addressing and linear probing, half of which is free at least. Any slot will do for
    /// any session: with four places for each id, half full, a seventh of the requests found theirs taken (2026; make
    /// bench).
    struct Slot {
        std::uint32_t hash = 0;  ///< so that other sessions' records need not be touched
        std::uint32_t place = free;

        static constexpr std::uint32_t free = 0xffffffff;
    };

    KeptSession& add(KeptSession kept);
    KeptSession& replace_oldest(KeptSession kept) noexcept;
    void grow();

    std::size_t index_of(const core::SessionId& id, std::uint32_t hash) const noexcept;
    std::size_t after(std::size_t index) const noexcept { return (index + 1) & (slots_.size() - 1); }
    void take_slot(std::size_t place) noexcept;
    void insert(const Slot& slot) noexcept;
    void free_slot(std::size_t index) noexcept;

    std::size_t sessions_max_;
    std::deque<KeptSession> sessions_;
    std::size_t oldest_ = 0;  ///< its place, once all of the room is taken
    std::vector<Slot> slots_;
};

}  // namespace sessgate::service
