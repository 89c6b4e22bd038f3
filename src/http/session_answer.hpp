#pragma once

#include "http/exchange.hpp"
#include "sessgate/core/verdict.hpp"

namespace sessgate::http {

enum class WithUser { no, yes };

/// A verdict as `/session` and `/session-user` answer it: status, JSON, Set-Cookie, X-Session-State.
void write_verdict(Exchange& exchange, const service::Credential& credential, const core::Verdict& verdict,
                   WithUser with_user);

/// A kept session as `/session` and `/session-user` answer it. False, and nothing is written, when the user is asked
/// for and the session has none.
bool write_kept(Exchange& exchange, service::KeptSession& kept, WithUser with_user);

/// `{"session": null, "setCookie": […]}` with a removing Set-Cookie for each session cookie and each one to clear.
void write_removal(Exchange& exchange);

/// A session that was set: a Set-Cookie for each configured cookie.
void write_set_session(Exchange& exchange, const core::Allow& allow);

/// How a session looks in an answer.
struct SessionView {
    const core::SessionRecord& session;
    core::SessionState state;
    bool fresh = false;
    const core::Token* token = nullptr;  ///< shown only at creation and rotation
};

/// Appends a Session object.
void append_session(std::string& out, SessionShape shape, const SessionView& view);

/// Appends a User object.
void append_user(std::string& out, SessionShape shape, const core::UserId& id, std::string_view attributes);

/// Both as Lucia 2 has them: attributes at the top, the user in the session, dates as text.
void append_lucia_session(std::string& out, const SessionView& view);
void append_lucia_user(std::string& out, const core::UserId& id, std::string_view attributes);

std::string_view to_text(core::SessionState state) noexcept;

/// A slow poll with a stale cookie must not delete the cookie of a login that overtook it, so only a navigation may
/// remove one, or a GET from a client that sends no Sec-Fetch fields. `told_method`: that of the browser's own request,
/// where it was told.
bool may_remove_cookie(const Request& request, std::string_view told_method) noexcept;

/// Set-Cookie values, one for each configured cookie, that make the client forget its token.
std::vector<std::string> removing_cookies(const HttpConfig& config);

/// Cookies for an allow: a successor or the current token when there is one to hand out, the same token when only the
/// cookie's expiry moved, else none.
std::vector<std::string> cookies_of(const Exchange& exchange, const core::Allow& allow);

/// Set-Cookie values, one for each configured cookie, that give the client `token`.
std::vector<std::string> cookies_for(const HttpConfig& config, const core::Token& token,
                                     const core::SessionRecord& session, core::WallTime now);

/// Appends `,"setCookie":[…]`.
void append_set_cookie_member(std::string& out, std::span<const std::string> cookies);

}  // namespace sessgate::http
