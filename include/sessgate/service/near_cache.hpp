#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "sessgate/core/verdict.hpp"
#include "sessgate/service/doorkeeper.hpp"

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
    bool was_used = false;  ///< since it came in, or since its place was last wanted for another one

    /// What the layer above has made of the session and wants to find here again: an answer to each of its two calls.
    std::array<std::string, 2> answers{};
};

/// Records that this shard read lately. A record is believed only under the version of its bucket that was read
/// before it (`SessionStore::version_of`), so one that somebody changed or ended is never used again.
///
/// Takes no more room than it was given. Once it holds so many, a session comes in only when it is read a second time
/// before long, and takes the place of one that was not used for long: more sessions than it has room for do not drive
/// each other out, and what it holds is of use for its share of the requests. The shard's thread only.
class NearCache {
public:
    /// Room for `sessions_max`; 0: keeps nothing.
    explicit NearCache(std::size_t sessions_max);

    bool is_empty() const noexcept { return size_ == 0; }

    /// The record under this id, whatever its version; null when none is kept. Good until the next `put`. Any text that
    /// is as long as an id will do.
    KeptSession* find(std::string_view id) noexcept;

    /// Null also when the record was read under another version.
    KeptSession* find(const core::SessionId& id, std::uint64_t version) noexcept;

    /// Has memory bring what `find` and the use of what it finds will need, for ids that are asked for soon. `id`: as
    /// for `find`, and the cache is not empty. Each step needs what the one before has brought, and is made when a
    /// later id is expected, so this is of use for several ids in a row.
    void expect(std::string_view id) noexcept;

    /// `version`: as it was before the record was read. The place of it is good until the next `put`; null when it is
    /// not kept.
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

    /// Sessions stay where they are, in blocks of so many: the way to one leads through little memory, which is near.
    static constexpr std::size_t block_size = 1024;

    KeptSession& at(std::size_t place) noexcept { return blocks_[place / block_size][place % block_size]; }
    const KeptSession& at(std::size_t place) const noexcept { return blocks_[place / block_size][place % block_size]; }
    KeptSession& add(KeptSession kept);
    void add_block();
    KeptSession& replace_another(KeptSession kept) noexcept;
    std::size_t place_to_free() noexcept;
    void grow();

    KeptSession* under(std::string_view id, std::uint32_t hash) noexcept;
    KeptSession* likely_under(std::uint32_t hash) noexcept;
    std::size_t index_of(std::string_view id, std::uint32_t hash) const noexcept;
    std::size_t after(std::size_t index) const noexcept { return (index + 1) & (slots_.size() - 1); }
    void take_slot(std::size_t place) noexcept;
    void insert(const Slot& slot) noexcept;
    void free_slot(std::size_t index) noexcept;

    std::size_t sessions_max_;
    std::vector<std::vector<KeptSession>> blocks_;
    std::size_t size_ = 0;
    std::size_t next_to_go_ = 0;  ///< its place, once all of the room is taken, unless it was used
    std::vector<Slot> slots_;
    Doorkeeper doorkeeper_;

    std::uint32_t expected_hash_ = 0;          ///< of the id expected last, whose slot is on its way
    KeptSession* expected_session_ = nullptr;  ///< of the one before, which is on its way itself
};

}  // namespace sessgate::service
