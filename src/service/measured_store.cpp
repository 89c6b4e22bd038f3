#include "sessgate/service/measured_store.hpp"

namespace sessgate::service {

using ports::Async;
using ports::StoreCall;
using ports::StoreResult;

namespace {

StoreResult result_of(core::Errc error) noexcept {
    switch (error) {
        case core::Errc::store_unavailable:
        case core::Errc::store_busy:  // which no store says: it is said before the store is asked
            break;
        case core::Errc::store_timeout:
            return StoreResult::timeout;
        case core::Errc::store_protocol:
            return StoreResult::protocol;
        case core::Errc::store_full:
            return StoreResult::full;
        case core::Errc::session_exists:
            return StoreResult::exists;
    }
    return StoreResult::unavailable;
}

/// Counts and times one call, and passes on what was found.
class MeasuredFind final : public ports::FindCall {
public:
    MeasuredFind(std::unique_ptr<ports::FindCall> call, const ports::Clock& clock, ports::Metrics& metrics)
        : call_(std::move(call)), clock_(clock), metrics_(metrics), begun_(clock.steady()) {}

    void found(core::Result<core::SharedSession> session) override {
        metrics_.store_seconds.observe(clock_.steady() - begun_, StoreCall::find);
        metrics_.store_calls.add(StoreCall::find, session ? StoreResult::ok : result_of(session.error()));
        call_->found(std::move(session));
    }

private:
    std::unique_ptr<ports::FindCall> call_;
    const ports::Clock& clock_;
    ports::Metrics& metrics_;
    core::SteadyTime begun_;
};

}  // namespace

template <typename T>
Async<T> MeasuredStore::measured(StoreCall call, Async<T> answer) {
    const core::SteadyTime begun = clock_.steady();
    core::Result<T> result = co_await std::move(answer);
    metrics_.store_seconds.observe(clock_.steady() - begun, call);
    metrics_.store_calls.add(call, result ? StoreResult::ok : result_of(result.error()));
    co_return result;
}

Async<std::optional<core::SessionRecord>> MeasuredStore::find(core::SessionId id) {
    return measured(StoreCall::find, store_->find(id));
}

bool MeasuredStore::begin_find(const core::SessionId& id, std::unique_ptr<ports::FindCall> call) {
    return store_->begin_find(id, std::make_unique<MeasuredFind>(std::move(call), clock_, metrics_));
}

Async<ports::Created> MeasuredStore::create(core::SessionRecord session) {
    return measured(StoreCall::create, store_->create(std::move(session)));
}

Async<ports::Replaced> MeasuredStore::replace(core::SessionRecord expected, core::SessionRecord desired) {
    return measured(StoreCall::replace, store_->replace(std::move(expected), std::move(desired)));
}

Async<bool> MeasuredStore::revoke(core::SessionId id) {
    return measured(StoreCall::revoke, store_->revoke(id));
}

Async<ports::SessionPage> MeasuredStore::sessions_of(core::UserId user, std::optional<core::SessionId> after,
                                                     std::size_t limit) {
    return measured(StoreCall::list, store_->sessions_of(std::move(user), after, limit));
}

Async<std::size_t> MeasuredStore::revoke_all(core::UserId user, std::optional<core::SessionId> except) {
    return measured(StoreCall::revoke_all, store_->revoke_all(std::move(user), except));
}

Async<std::size_t> MeasuredStore::revoke_everything() {
    return measured(StoreCall::revoke_all, store_->revoke_everything());
}

Async<ports::StorePart> MeasuredStore::part(std::string at) {
    return measured(StoreCall::list, store_->part(std::move(at)));
}

Async<std::optional<core::UserRecord>> MeasuredStore::find_user(core::UserId id) {
    return measured(StoreCall::find_user, store_->find_user(std::move(id)));
}

Async<ports::Replaced> MeasuredStore::replace_user(std::optional<core::UserRecord> expected, core::UserRecord desired) {
    return measured(StoreCall::replace_user, store_->replace_user(std::move(expected), std::move(desired)));
}

Async<bool> MeasuredStore::remove_user(core::UserId id) {
    return measured(StoreCall::remove_user, store_->remove_user(std::move(id)));
}

Async<void> MeasuredStore::check() {
    return measured(StoreCall::check, store_->check());
}

}  // namespace sessgate::service
