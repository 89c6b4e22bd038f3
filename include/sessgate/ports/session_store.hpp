#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "sessgate/core/session_record.hpp"
#include "sessgate/core/verdict.hpp"
#include "sessgate/ports/async.hpp"

namespace sessgate::ports {

enum class Replaced {
    replaced,
    changed,  ///< the store holds another record: read again and decide again
    gone,     ///< the store holds none: it was revoked, and must not come back
};

enum class Created {
    created,
    user_changed,  ///< the user's record is no longer the one that the session's copy was made from: nothing stored
};

/// A part of a list, in the order of session ids.
struct SessionPage {
    std::vector<core::SessionRecord> sessions;
    std::optional<core::SessionId> next_after;  ///< where the next page starts; none: this was the last
};

/// Some of what a store holds.
struct StorePart {
    std::vector<core::UserRecord> users{};
    std::vector<core::SessionRecord> sessions{};
    std::optional<std::string> next{};  ///< asks for the part after this one; none: this was the last
    std::size_t total = 0;              ///< about how many of both the store holds
};

/// What `find` found, to be read by many; null: there is no such session.
inline core::Result<core::SharedSession> shared(core::Result<std::optional<core::SessionRecord>> found) {
    if (!found) return found.error();
    if (!*found) return core::SharedSession();
    return core::SharedSession(std::make_shared<const core::SessionRecord>(std::move(**found)));
}

/// Whoever asked for a session without a coroutine. Destroyed without a word when the event loop ends first.
class FindCall {
public:
    virtual ~FindCall() = default;

    /// What `find` would have said; null: there is no such session.
    virtual void found(core::Result<core::SharedSession> session) = 0;
};

/// Where sessions live. A shard has a store object of its own and calls it on its thread only.
///
/// "Not there" is an answer, never an error: unknown, forgotten and revoked sessions all read as nullopt, gone or
/// false. Every call may fail with Errc::store_unavailable, store_timeout or store_protocol; a write also with
/// store_full. After store_timeout a write may have happened or may still happen; after any other error it did not.
class SessionStore {
public:
    virtual ~SessionStore() = default;

    /// The session under `id`, or nullopt. The periods are as stored; judging them is the caller's part.
    virtual Async<std::optional<core::SessionRecord>> find(core::SessionId id) = 0;

    /// Whether `begin_find` may be tried.
    virtual bool finds_without_coroutine() const noexcept { return false; }

    /// As `find`, for less than its coroutines cost: `call` is told what was found, inside this call or later.
    /// False: nothing was asked, and `find` will say why.
    virtual bool begin_find([[maybe_unused]] const core::SessionId& id,
                            [[maybe_unused]] std::unique_ptr<FindCall> call) {
        return false;
    }

    /// Stores a new session if the user's record still has `session.user_copy`'s version (no copy: no user record).
    /// Fails with Errc::session_exists, and changes nothing, when the id is taken.
    virtual Async<Created> create(core::SessionRecord session) = 0;

    /// Writes `desired` if the store still holds exactly `expected`. A renewal that loses the race against a
    /// revocation gets `gone` and must not bring the session back; `changed` means: read again and decide again.
    /// A `desired` with a pending successor is `replaced` only once a failover would not take it back, also when it is
    /// no other than `expected`.
    virtual Async<Replaced> replace(core::SessionRecord expected, core::SessionRecord desired) = 0;

    /// Ends the session. False when there was nothing to end. Works in a full store.
    virtual Async<bool> revoke(core::SessionId id) = 0;

    /// Sessions of `user` with an id after `after`, at most `limit` (1 or more); dead ones may be among them.
    virtual Async<SessionPage> sessions_of(core::UserId user, std::optional<core::SessionId> after,
                                           std::size_t limit) = 0;

    /// Ends every session that `user` had when this began, but not `except`. How many those were. Works in a full
    /// store.
    virtual Async<std::size_t> revoke_all(core::UserId user, std::optional<core::SessionId> except) = 0;

    /// Ends every session of every user that there was when this began. How many those were. May take longer than any
    /// other call; after an error some of them have ended, and it may be called again. Works in a full store.
    virtual Async<std::size_t> revoke_everything() = 0;

    /// Everything that is there, part by part: the first one with an empty `at`. What is there all the time comes at
    /// least once; what is written meanwhile may.
    virtual Async<StorePart> part(std::string at) = 0;

    virtual Async<std::optional<core::UserRecord>> find_user(core::UserId id) = 0;

    /// Writes `desired` if the store still holds exactly `expected` (nullopt: no record). `gone` when there is none
    /// although one was expected.
    virtual Async<Replaced> replace_user(std::optional<core::UserRecord> expected, core::UserRecord desired) = 0;

    /// Forgets the user's attributes; the sessions are the caller's part. False when there were none.
    virtual Async<bool> remove_user(core::UserId id) = 0;

    /// A number that changes before a write to any session in `id`'s bucket is acknowledged: a record that was read
    /// after the number is the stored one for as long as the number stays. Nullopt: this store cannot tell, and
    /// nothing that was read may be used again.
    virtual std::optional<std::uint64_t> version_of(const core::SessionId& id) const noexcept = 0;

    /// Has memory bring what `version_of` needs for the ids of a bucket, where there is such a thing. `bucket`: any three
    /// characters will do.
    virtual void expect(std::string_view bucket) const noexcept { static_cast<void>(bucket); }

    /// Whether `version_of` can tell for every session now.
    virtual bool tells_versions() const noexcept = 0;

    /// Whether a failover may take back what a read found: then a successor that was found is handed out only after
    /// `replace` has said that it is safe.
    virtual bool may_take_back() const noexcept { return false; }

    /// Whether the store could read and write now; what `/readyz` asks.
    virtual Async<void> check() = 0;
};

}  // namespace sessgate::ports
