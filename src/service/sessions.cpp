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

SessionRecord SessionService::new_record(const NewSession& wanted, const std::optional<core::UserRecord>& user,
                                         const core::Secret& secret) {
    std::array<std::uint8_t, core::SessionId::random_bytes> random{};
    random_.fill(random);
    const core::WallTime now = clock_.wall();
    SessionRecord record{
        .id = core::SessionId::make(wanted.user, random),
        .user = wanted.user,
        .hash = core::hash_of(secret),
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

        core::Secret secret;
        random_.fill(secret.bytes);
        SessionRecord record = new_record(wanted, *user, secret);
        record.created_at = std::max(record.created_at, not_before);
        const auto created = co_await store_.create(record);
        if (!created && created.error() != core::Errc::session_exists) co_return created.error();
        if (!created || *created != ports::Created::created) continue;

        const auto again_after = co_await make_room_for(record);
        if (!again_after) co_return again_after.error();
        if (!*again_after) {
            const core::Token token{record.id, secret};
            co_return IssuedSession(std::move(record), token);
        }
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
    const std::string bucket = core::bucket_of(user);
    const auto revoked = co_await store_.revoke_all(std::move(user), except);
    commons_.changes.raise(bucket);
    if (!revoked) co_return revoked.error();
    co_return *revoked;
}

}  // namespace sessgate::service
