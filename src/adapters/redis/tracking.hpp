#pragma once

#include <deque>
#include <string>

#include "adapters/redis/lease.hpp"
#include "adapters/redis/login.hpp"
#include "adapters/redis/lucia_keys.hpp"
#include "adapters/redis/pairings.hpp"
#include "adapters/redis/versions.hpp"

namespace sessgate::adapters::redis {

/// What the invalidation link's bytes mean for the near-caches: which versions to raise, and whether the lease goes on.
/// No I/O and no clock. The thread of the link only.
///
/// Why a near-cache on it is never wrong for longer than the lease:
/// - A record is kept under the version that was read before its read was sent, and believed under the same version
///   only. The server changes a key first, then tells the link, so each change after the read was answered raises the
///   version later than it was read; a change before that is in the record.
/// - A change whose message is still under way: the server hands messages out before it acknowledges the write that
///   caused them, and answers pings in order with them. A ping that was sent after the acknowledgement and has been
///   answered came behind the message. So what was acknowledged before the last answered ping was sent has been seen,
///   and the cache answers for less than `Lease::length` after that instant.
/// - A link that is lost may have lost messages: all versions are raised, and again when the next one is confirmed,
///   before its lease begins. In between there is no version, so nothing is kept or believed.
/// - A lease that runs out and is taken up again on the same link lost nothing: messages wait, in order, or the link
///   breaks. So it empties nothing.
/// - Reads count only from a server that this very link is fed by (Pairing): another one may know of changes that this
///   one does not tell.
/// - A write of our own raises its version after the server's answer and before it is acknowledged: whoever asks for
///   the version later sends its read later than the write was done.
class Tracking {
public:
    enum class Heard { fine, refused, nonsense };

    /// `prefix`: of all keys; the link is told of changes to sessions. `lucia`: where those are Lucia's instead.
    Tracking(std::string prefix, Lease& lease, Versions& versions, Pairings& pairings,
             const LuciaKeys* lucia = nullptr);

    /// What to send on a connection that has just been greeted.
    Request begin(const Server& server);

    /// A reply or message on it. `refused`: this server or user may not track; `refusal` says why.
    Heard hear(const Reply& reply);

    /// A ping to send now.
    Request ping(LeaseTime now);

    /// Whether the oldest ping has waited for longer than any link in order makes it wait.
    bool is_dead(LeaseTime now) const noexcept;

    bool is_confirmed() const noexcept { return state_ == State::confirmed; }
    bool was_just_confirmed() const noexcept { return is_confirmed() && last_ping_ == 0; }
    const std::string& refusal() const noexcept { return refusal_; }

    /// The connection is gone.
    void lost() noexcept;

private:
    enum class State { none, asking, subscribing, confirmed, refused };

    static constexpr auto patience = std::chrono::seconds(2);

    struct Ping {
        std::uint64_t number;
        LeaseTime sent_at;
    };

    Heard hear_answer(const Reply& reply);
    Heard hear_pong(const Reply& reply);
    Heard hear_message(const Reply& keys);
    bool hear_key(const Reply& key);
    std::optional<core::SessionId> session_in(std::string_view key) const;

    std::string session_prefix_;
    std::string user_prefix_;
    std::string pairing_prefix_;
    const LuciaKeys* lucia_;
    Lease& lease_;
    Versions& versions_;
    Pairings& pairings_;
    State state_ = State::none;
    std::int64_t client_id_ = 0;
    std::deque<Ping> pings_;
    std::uint64_t last_ping_ = 0;
    std::string refusal_;
};

}  // namespace sessgate::adapters::redis
