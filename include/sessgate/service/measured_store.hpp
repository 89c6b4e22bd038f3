#pragma once

#include "sessgate/ports/clock.hpp"
#include "sessgate/ports/metrics.hpp"
#include "sessgate/ports/session_store.hpp"

namespace sessgate::service {

/// A shard's store, with every call to it counted and timed.
class MeasuredStore final : public ports::SessionStore {
public:
    /// `clock` and `metrics` outlive the store.
    MeasuredStore(std::unique_ptr<ports::SessionStore> store, const ports::Clock& clock, ports::Metrics& metrics)
        : store_(std::move(store)), clock_(clock), metrics_(metrics) {}

    ports::Async<std::optional<core::SessionRecord>> find(core::SessionId id) override;
    bool finds_without_coroutine() const noexcept override { return store_->finds_without_coroutine(); }
    bool begin_find(const core::SessionId& id, std::unique_ptr<ports::FindCall> call) override;
    ports::Async<ports::Created> create(core::SessionRecord session) override;
    ports::Async<ports::Replaced> replace(core::SessionRecord expected, core::SessionRecord desired) override;
    ports::Async<bool> revoke(core::SessionId id) override;
    ports::Async<ports::SessionPage> sessions_of(core::UserId user, std::optional<core::SessionId> after,
                                                 std::size_t limit) override;
    ports::Async<std::size_t> revoke_all(core::UserId user, std::optional<core::SessionId> except) override;
    ports::Async<std::size_t> revoke_everything() override;
    ports::Async<ports::StorePart> part(std::string at) override;
    ports::Async<std::optional<core::UserRecord>> find_user(core::UserId id) override;
    ports::Async<ports::Replaced> replace_user(std::optional<core::UserRecord> expected,
                                               core::UserRecord desired) override;
    ports::Async<bool> remove_user(core::UserId id) override;
    std::optional<std::uint64_t> version_of(const core::SessionId& id) const noexcept override {
        return store_->version_of(id);
    }
    void expect(std::string_view bucket) const noexcept override { store_->expect(bucket); }
    bool tells_versions() const noexcept override { return store_->tells_versions(); }
    bool may_take_back() const noexcept override { return store_->may_take_back(); }
    ports::Async<void> check() override;

private:
    template <typename T>
    ports::Async<T> measured(ports::StoreCall call, ports::Async<T> answer);

    std::unique_ptr<ports::SessionStore> store_;
    const ports::Clock& clock_;
    ports::Metrics& metrics_;
};

}  // namespace sessgate::service
