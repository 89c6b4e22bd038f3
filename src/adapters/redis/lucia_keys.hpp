#pragma once

#include "sessgate/adapters/redis_store.hpp"

namespace sessgate::adapters::redis {

/// The names of Lucia's keys. Its session ids are secrets: these keys are for commands, and never logged.
class LuciaKeys {
public:
    explicit LuciaKeys(LuciaLayout layout)
        : records_(std::move(layout.records)),
          session_prefix_(std::move(layout.session_prefix) + ":"),
          index_prefix_(std::move(layout.index_prefix) + ":") {}

    const core::LuciaRecords& records() const noexcept { return records_; }
    const std::string& session_prefix() const noexcept { return session_prefix_; }

    /// The session's key by the id that Lucia gave it.
    std::string session(std::string_view stored_id) const { return session_prefix_ + std::string(stored_id); }
    std::string index(const core::UserId& user) const { return index_prefix_ + std::string(user.view()); }

    /// The session that `key`, which begins with the prefix of sessions, is of.
    std::optional<core::SessionId> session_in(std::string_view key) const {
        return records_.ids().shown(key.substr(session_prefix_.size()));
    }

private:
    core::LuciaRecords records_;
    std::string session_prefix_;
    std::string index_prefix_;
};

}  // namespace sessgate::adapters::redis
