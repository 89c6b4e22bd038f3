#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "sessgate/core/ids.hpp"
#include "sessgate/core/time.hpp"
#include "sessgate/core/token.hpp"

namespace sessgate::core {

/// A prepared rotation: the successor's hash, and the salt from which the current secret derives the successor.
struct PendingSuccessor {
    Salt salt{};
    SecretHash hash{};
    bool operator==(const PendingSuccessor&) const = default;
};

/// The secret before the last promotion. Without salt it is retired: known, and denied.
struct PreviousSecret {
    SecretHash hash{};
    std::optional<Salt> salt;
    WallTime promoted_at;
    bool operator==(const PreviousSecret&) const = default;
};

/// Ends of the active and of the idle period.
struct SessionPeriods {
    WallTime active_until;
    WallTime idle_until;
    bool operator==(const SessionPeriods&) const = default;
};

/// A user's attributes as this session's record carries them, so that one read serves session and user.
struct UserCopy {
    std::uint64_t version = 0;
    std::string attributes = "{}";  ///< a JSON object
    bool operator==(const UserCopy&) const = default;
};

/// What the store remembers about one sign-in.
struct SessionRecord {
    SessionId id;
    UserId user;
    SecretHash hash{};  ///< of the current secret
    WallTime created_at;
    SessionPeriods periods;
    std::optional<WallTime> absolute_end;
    Milliseconds active_period{};
    Milliseconds idle_period{};
    std::optional<PendingSuccessor> next{};
    std::optional<PreviousSecret> previous{};
    std::string attributes = "{}";        ///< a JSON object, at most 3 KiB
    std::optional<UserCopy> user_copy{};  ///< none: the session has no user yet (`user_missing`)
    std::string unknown_fields{};         ///< members written by a newer program: `,"name":value…`, kept as they were
    bool operator==(const SessionRecord&) const = default;
};

/// A user's attributes under a version that grows with each change, also over a deletion.
struct UserRecord {
    UserId id;
    std::uint64_t version = 0;
    std::string attributes = "{}";  ///< a JSON object, at most 3 KiB
    std::string unknown_fields{};
    bool operator==(const UserRecord&) const = default;
};

constexpr std::size_t attributes_size_max = std::size_t{3} * 1024;
constexpr std::size_t record_size_max = std::size_t{8} * 1024;

/// When a store may forget the record: ten minutes after the session's dead end, so that `expired` is still an answer
/// and clocks that differ do no harm.
WallTime store_expiry(const SessionRecord& session) noexcept;

}  // namespace sessgate::core
