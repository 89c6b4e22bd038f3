#pragma once

#include <optional>
#include <span>
#include <variant>

#include "sessgate/core/verdict.hpp"

namespace sessgate::core {

enum class RenewalStrategy {
    rotate,  ///< a renewal also prepares a successor
    extend,  ///< a renewal keeps the token
};

struct RotationPolicy {
    RenewalStrategy strategy = RenewalStrategy::rotate;
    Milliseconds grace = std::chrono::seconds(60);
    Milliseconds grace_max = std::chrono::hours(24);
};

/// A write that an allow asks for, and what the allow becomes once the store has made it.
struct WantedWrite {
    SharedSession desired;
    Allow allow;  ///< the answer when the store replaced the record
};

/// An allow stands whether or not its write can be made: renewal, promotion and retirement can all wait.
struct AllowDecision {
    Allow allow;                         ///< the answer when nothing is written
    std::unique_ptr<WantedWrite> write;  ///< null: nothing to write
};

using Decision = std::variant<AllowDecision, Deny>;

/// `session` as a change of privilege leaves it (ASVS 7.2.4): `hash` is that of its only secret, every token before it
/// is as good as unknown, and its periods begin anew. Not `previous`, retired: a request under way with the token that
/// was just replaced is no theft, and must not end the session.
SessionRecord reissued(SessionRecord session, const SecretHash& hash, WallTime now);

/// What a token is to its session.
enum class TokenRole {
    none,       ///< its secret matches nothing
    retired,    ///< replaced, and its successor's holder is known to have that
    previous,   ///< replaced, and good until it is retired
    current,    ///< the one in use
    successor,  ///< handed out by a rotation and not used yet
};

/// `token.id` is `session.id`.
TokenRole role_of(const SessionRecord& session, const Token& token, WallTime now,
                  const RotationPolicy& policy) noexcept;

/// The token among `tokens`, all of this session and at least one, that says most: successor, then current, then
/// previous, then any.
const Token& best_of(const SessionRecord& session, std::span<const Token> tokens);

/// Until when, that instant included, a use of the current token is an allow that writes nothing and hands nothing out:
/// what `decide` will say of it, known beforehand. `WallTime::min()`: the very next use may be something else.
WallTime plain_until(const SessionRecord& session, const RotationPolicy& policy) noexcept;

/// When a use of a token last wrote to the session, as far as the record tells: its creation, renewal or promotion.
WallTime written_at(const SessionRecord& session) noexcept;

/// The one place that decides about a token whose session is in the store: two-phase rotation as DESIGN.md, section 2.
/// `fresh_salt` is used only when this decision prepares a successor. `token.id` is `session.id`.
Decision decide(SharedSession session, const Token& token, WallTime now, const RotationPolicy& policy,
                const Salt& fresh_salt);

}  // namespace sessgate::core
