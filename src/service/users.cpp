#include "service/attempts.hpp"
#include "sessgate/service/session_service.hpp"

namespace sessgate::service {

using core::UserRecord;
using ports::Replaced;

namespace {

constexpr std::size_t page_size = 64;

/// A new user's version is the time, so that it stays above that of a deleted one whose copies may linger.
UserRecord changed_user(const core::UserId& id, const std::optional<UserRecord>& before, std::string attributes,
                        core::WallTime now) {
    UserRecord user = before.value_or(UserRecord{.id = id});
    user.version = before ? before->version + 1 : static_cast<std::uint64_t>(core::to_ms(now));
    user.attributes = std::move(attributes);
    return user;
}

bool is_older(const core::SessionRecord& session, const UserRecord& user) noexcept {
    return !session.user_copy || session.user_copy->version < user.version;
}

}  // namespace

ports::Async<UserRecord> SessionService::put_user(core::UserId id, std::string attributes) {
    auto user = co_await write_user(id, std::move(attributes));
    if (!user) co_return user.error();
    const auto updated = co_await update_copies(*user);
    raise_changes_of(id);
    if (!updated) co_return updated.error();
    co_return std::move(*user);
}

ports::Async<UserRecord> SessionService::write_user(core::UserId id, std::string attributes) {
    for (int attempt = 0; attempt < attempts_max; ++attempt) {
        auto before = co_await store_.find_user(id);
        if (!before) co_return before.error();
        UserRecord user = changed_user(id, *before, attributes, clock_.wall());
        const auto outcome = co_await store_.replace_user(std::move(*before), user);
        if (!outcome) co_return outcome.error();
        if (*outcome == Replaced::replaced) co_return user;
    }
    co_return core::Errc::store_unavailable;
}

ports::Async<void> SessionService::update_copies(const UserRecord& user) {
    std::optional<core::SessionId> after;
    do {
        auto page = co_await store_.sessions_of(user.id, after, page_size);
        if (!page) co_return page.error();
        for (core::SessionRecord& session : page->sessions) {
            const auto updated = co_await update_copy(std::move(session), user);
            if (!updated) co_return updated.error();
        }
        after = page->next_after;
    } while (after);
    co_return core::Result<void>();
}

ports::Async<void> SessionService::update_copy(core::SessionRecord session, const UserRecord& user) {
    for (int attempt = 0; attempt < attempts_max; ++attempt) {
        if (!is_older(session, user)) co_return core::Result<void>();
        core::SessionRecord desired = session;
        desired.user_copy = core::UserCopy{user.version, user.attributes};
        const auto outcome = co_await store_.replace(session, std::move(desired));
        if (!outcome) co_return outcome.error();
        if (*outcome != Replaced::changed) co_return core::Result<void>();

        auto found = co_await store_.find(session.id);
        if (!found) co_return found.error();
        if (!*found) co_return core::Result<void>();
        session = std::move(**found);
    }
    co_return core::Errc::store_unavailable;
}

ports::Async<std::optional<UserRecord>> SessionService::find_user(core::UserId id) {
    return store_.find_user(std::move(id));
}

ports::Async<bool> SessionService::remove_user(core::UserId id) {
    const auto removed = co_await store_.remove_user(id);
    if (!removed) co_return removed.error();
    const auto revoked = co_await revoke_all(std::move(id), std::nullopt);
    if (!revoked) co_return revoked.error();
    co_return *removed || *revoked > 0;
}

}  // namespace sessgate::service
