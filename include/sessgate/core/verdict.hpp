#pragma once

#include <memory>
#include <optional>
#include <string_view>
#include <variant>

#include "sessgate/core/lifecycle.hpp"
#include "sessgate/core/result.hpp"
#include "sessgate/core/session_record.hpp"

namespace sessgate::core {

/// Why there is no session. The order is that of the help a reason gives when several cookies were sent: the last wins.
enum class Reason {
    no_cookie,
    malformed,
    unknown,
    expired,
    superseded,
    ambiguous_cookie,
    user_missing,
    untrusted_origin,
};

/// The name of `reason` as it stands in answers, logs and metrics.
std::string_view to_text(Reason reason) noexcept;

/// A record on its way through an answer: read by many, changed by nobody, never null.
using SharedSession = std::shared_ptr<const SessionRecord>;

/// A live session, as one answer shows it.
struct Allow {
    SharedSession session;
    SessionState state = SessionState::active;  ///< never dead
    bool fresh = false;                         ///< this answer renewed or set the session
    Token presented;                            ///< the token that was asked about
    std::optional<Token> replacement;           ///< the token that the client should hold from now on
    bool expiry_moved = false;                  ///< the cookie's own expiry is behind the session's
};

/// The store said no, or the token cannot be one of ours.
struct Deny {
    Reason reason = Reason::no_cookie;
    /// The client should forget its cookie: the session is `expired`, or its id is not in the store.
    bool forget_cookie = false;
};

/// We could not find out.
struct Unavailable {
    Errc error = Errc::store_unavailable;
};

/// Three answers, never merged.
using Verdict = std::variant<Allow, Deny, Unavailable>;

}  // namespace sessgate::core
