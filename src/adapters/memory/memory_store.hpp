#pragma once

#include "sessgate/adapters/memory_store.hpp"

namespace sessgate::adapters {

/// One shard's way into a MemoryDatabase. Answers at once and never fails, but for a session id that is taken.
class MemoryStore final : public ports::SessionStore {
public:
    explicit MemoryStore(MemoryDatabase& database) noexcept : database_(database) {}

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
    std::optional<std::uint64_t> version_of(const core::SessionId&) const noexcept override { return std::nullopt; }
    bool tells_versions() const noexcept override { return false; }
    ports::Async<void> check() override;

private:
    MemoryDatabase& database_;
};

}  // namespace sessgate::adapters
