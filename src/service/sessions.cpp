#include <algorithm>

#include "service/attempts.hpp"
#include "sessgate/service/session_service.hpp"

namespace sessgate::service {

using core::SessionRecord;

SessionService::SessionService(const Parts& parts, const ServiceConfig& config)
    : executor_(parts.executor),
      waits_(Waits::on(parts.executor)),
      commons_(parts.commons),
      store_(parts.store),
      clock_(parts.clock),
      random_(parts.random),
      log_(parts.log),
      metrics_(parts.metrics),
      config_(config),
      near_cache_(config.near_cache_sessions),
      queue_(config.store_queue_max) {}

NearCacheState SessionService::near_cache_state() const noexcept {
    if (config_.near_cache_sessions == 0) return NearCacheState::off;
    return store_.tells_versions() ? NearCacheState::on : NearCacheState::paused;
}

core::Token SessionService::new_token(const core::UserId& user) {
    std::array<std::uint8_t, core::TokenForms::random_bytes> random{};
    random_.fill(random);
    return config_.tokens.make(user, random);
}

SessionRecord SessionService::new_record(const NewSession& wanted, const std::optional<core::UserRecord>& user,
                                         const core::Token& token) {
    const core::WallTime now = clock_.wall();
    SessionRecord record{
        .id = token.id,
        .user = wanted.user,
        .hash = core::hash_of(token.secret),
        .created_at = now,
        .periods = {},
        .absolute_end = {},
        .active_period = wanted.periods.active_period,
        .idle_period = wanted.periods.idle_period,
        .attributes = wanted.attributes,
    };
    if (wanted.periods.absolute_lifetime) record.absolute_end = now + *wanted.periods.absolute_lifetime;
    if (user) record.user_copy = core::UserCopy{user->version, user->attributes};
    record.periods = core::periods_from(record, now);
    return record;
}

ports::Async<IssuedSession> SessionService::create(NewSession wanted) {
    if (wanted.user_attributes) {
        const auto put = co_await put_user(wanted.user, *wanted.user_attributes);
        if (!put) co_return put.error();
    }
    core::WallTime not_before{};
    for (int attempt = 0; attempt < attempts_max; ++attempt) {
        const auto user = co_await store_.find_user(wanted.user);
        if (!user) co_return user.error();

        const core::Token token = new_token(wanted.user);
        SessionRecord record = new_record(wanted, *user, token);
        record.created_at = std::max(record.created_at, not_before);
        const auto created = co_await store_.create(record);
        if (!created && created.error() != core::Errc::session_exists) co_return created.error();
        if (!created || *created != ports::Created::created) continue;

        const auto again_after = co_await make_room_for(record);
        if (!again_after) co_return again_after.error();
        if (!*again_after) co_return IssuedSession(std::move(record), token);
        not_before = **again_after;
    }
    co_return core::Errc::store_unavailable;
}

ports::Async<bool> SessionService::revoke(core::SessionId id) {
    const auto revoked = co_await store_.revoke(id);
    commons_.changes.raise(id.bucket());
    if (!revoked) co_return revoked.error();
    co_return *revoked;
}

ports::Async<std::optional<SessionRecord>> SessionService::show(core::SessionId id) {
    auto found = co_await store_.find(id);
    if (!found) co_return found.error();
    if (*found && core::state_at(**found, clock_.wall()) == core::SessionState::dead) found->reset();
    co_return std::move(*found);
}

ports::Async<ports::SessionPage> SessionService::list(core::UserId user, std::optional<core::SessionId> after,
                                                      std::size_t limit) {
    auto page = co_await store_.sessions_of(std::move(user), after, limit);
    if (!page) co_return page.error();
    const core::WallTime now = clock_.wall();
    std::erase_if(page->sessions, [now](const SessionRecord& session) {
        return core::state_at(session, now) == core::SessionState::dead;
    });
    co_return std::move(*page);
}

ports::Async<std::size_t> SessionService::revoke_all(core::UserId user, std::optional<core::SessionId> except) {
    const auto revoked = co_await store_.revoke_all(user, except);
    raise_changes_of(user);
    if (!revoked) co_return revoked.error();
    co_return *revoked;
}

ports::Async<std::size_t> SessionService::revoke_everything() {
    const auto revoked = co_await store_.revoke_everything();
    commons_.changes.raise_all();
    if (!revoked) co_return revoked.error();
    co_return *revoked;
}

/// The barrier for all of a user's sessions. Lucia's ids do not say whose they are, so there it is for everybody's.
void SessionService::raise_changes_of(const core::UserId& user) noexcept {
    if (config_.tokens.reads_lucia()) {
        commons_.changes.raise_all();
    } else {
        commons_.changes.raise(core::bucket_of(user));
    }
}

}  // namespace sessgate::service
