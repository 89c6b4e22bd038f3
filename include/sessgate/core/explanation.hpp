#pragma once

#include "sessgate/core/rotation.hpp"

namespace sessgate::core {

/// What a use of a token would be answered and would write, for a person who asks why.
struct Explanation {
    TokenRole role = TokenRole::none;
    SessionState state = SessionState::dead;
    std::optional<Reason> denied{};  ///< none: it would be an allow
    bool hands_out = false;          ///< the client would be given another token

    // What would be written.
    bool renews = false;    ///< new periods
    bool rotates = false;   ///< a successor is prepared
    bool promotes = false;  ///< the successor becomes the current token
    bool retires = false;   ///< the previous token is retired
};

/// Asks `decide`, as any use of the token does, and says what came of it. `token.id` is `session.id`.
Explanation explain(const SharedSession& session, const Token& token, WallTime now, const RotationPolicy& policy);

}  // namespace sessgate::core
