#include "service/attempts.hpp"
#include "sessgate/service/session_service.hpp"

namespace sessgate::service {

using core::SessionRecord;
using ports::Replaced;

ports::Async<std::optional<IssuedSession>> SessionService::rotate(core::SessionId id) {
    std::optional<IssuedSession> none;
    for (int attempt = 0; attempt < attempts_max; ++attempt) {
        auto found = co_await show(id);
        if (!found) co_return found.error();
        if (!*found) co_return std::move(none);
        if (id.is_lucia()) co_return co_await rename(std::move(**found));

        core::Secret secret;
        random_.fill(secret.bytes);
        SessionRecord desired = core::reissued(**found, core::hash_of(secret), clock_.wall());
        const auto outcome = co_await overwrite(std::move(**found), desired);
        if (!outcome) co_return outcome.error();
        if (*outcome == Replaced::gone) co_return std::move(none);
        if (*outcome == Replaced::replaced) {
            const core::Token token{id, secret};
            co_return IssuedSession(std::move(desired), token);
        }
    }
    co_return core::Errc::store_unavailable;
}

/// Where the token is the session's name, a new token is a new session in the old one's place. Should the old one end
/// meanwhile, nobody gets the new one.
ports::Async<std::optional<IssuedSession>> SessionService::rename(SessionRecord session) {
    std::optional<IssuedSession> none;
    const core::SessionId old_id = session.id;
    const core::Token token = new_token(session.user);
    session.id = token.id;
    if (!token.id.is_lucia()) session.unknown_fields.clear();
    SessionRecord desired = core::reissued(std::move(session), core::hash_of(token.secret), clock_.wall());
    const auto stored = co_await store_beside_user(desired);
    if (!stored) co_return stored.error();
    const auto ended = co_await revoke(old_id);
    if (ended && *ended) co_return IssuedSession(std::move(desired), token);
    const auto taken_back = co_await revoke(token.id);
    if (!ended) co_return ended.error();
    if (!taken_back) co_return taken_back.error();
    co_return std::move(none);
}

ports::Async<std::optional<ChangedAttributes>> SessionService::change_attributes(core::SessionId id,
                                                                                 AttributesChange change) {
    std::optional<ChangedAttributes> none;
    for (int attempt = 0; attempt < attempts_max; ++attempt) {
        auto found = co_await show(id);
        if (!found) co_return found.error();
        if (!*found) co_return std::move(none);

        auto attributes = change((*found)->attributes);
        const bool is_refused = !attributes;
        if (is_refused || *attributes == (*found)->attributes) {
            co_return ChangedAttributes(std::move(**found), is_refused);
        }
        SessionRecord desired = **found;
        desired.attributes = std::move(*attributes);
        const auto outcome = co_await overwrite(std::move(**found), desired);
        if (!outcome) co_return outcome.error();
        if (*outcome == Replaced::gone) co_return std::move(none);
        if (*outcome == Replaced::replaced) co_return ChangedAttributes(std::move(desired), false);
    }
    co_return core::Errc::store_unavailable;
}

ports::Async<Replaced> SessionService::overwrite(SessionRecord expected, SessionRecord desired) {
    const core::SessionId id = expected.id;
    const auto outcome = co_await store_.replace(std::move(expected), std::move(desired));
    commons_.changes.raise(id.bucket());
    if (!outcome) co_return outcome.error();
    co_return *outcome;
}

}  // namespace sessgate::service
