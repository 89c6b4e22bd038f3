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
