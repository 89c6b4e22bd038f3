#pragma once

#include <memory>

#include "sessgate/ports/session_store.hpp"

namespace sessgate::adapters {

/// One shard's sessions while they move from Lucia's layout into ours: each is where its id says. One that has moved
/// counts once, and ends whole: first what is left of it with Lucia, from which it could be made anew, then ours.
class MovingStore final : public ports::SessionStore {
public:
    /// `lucia` keeps the same users as `own`.
    MovingStore(std::unique_ptr<ports::SessionStore> own, std::unique_ptr<ports::SessionStore> lucia)
        : own_(std::move(own)), lucia_(std::move(lucia)) {}

    ports::Async<std::optional<core::SessionRecord>> find(core::SessionId id) override;
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
    std::optional<std::uint64_t> version_of(const core::SessionId& id) const noexcept override;
    void expect(std::string_view bucket) const noexcept override { own_->expect(bucket); }
    bool tells_versions() const noexcept override;
    bool may_take_back() const noexcept override { return own_->may_take_back(); }
    ports::Async<void> check() override;

private:
    ports::SessionStore& store_of(const core::SessionId& id) const noexcept { return id.is_lucia() ? *lucia_ : *own_; }
    ports::Async<std::optional<core::SessionId>> twin_of(core::SessionId id);

    std::unique_ptr<ports::SessionStore> own_;
    std::unique_ptr<ports::SessionStore> lucia_;
};

}  // namespace sessgate::adapters
