#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "sessgate/core/digest.hpp"

namespace sessgate::core {

/// Whose session it is: 1 to 128 bytes of visible ASCII without `{` and `}`.
class UserId {
public:
    static constexpr std::size_t length_max = 128;

    /// Nullopt when `text` is not a user id.
    static std::optional<UserId> parse(std::string_view text);

    std::string_view view() const noexcept { return text_; }
    auto operator<=>(const UserId&) const = default;

private:
    explicit UserId(std::string_view text) : text_(text) {}
    std::string text_;
};

/// The public half of a token: 20 characters `a-z2-7`, the first three of them the user's bucket. Of a session that
/// Lucia made, 64 characters `a-z0-9`, whose first three have nothing to do with the user (docs/lucia.md).
class SessionId {
public:
    static constexpr std::size_t length = 20;
    static constexpr std::size_t lucia_length = 64;
    static constexpr std::size_t bucket_length = 3;
    static constexpr std::size_t random_bytes = 11;  // 85 bits are used

    /// Nullopt when `text` is not a session id.
    static std::optional<SessionId> parse(std::string_view text) noexcept;

    /// A new id in the bucket of `user`, the rest of it from `random` (11 bytes).
    static SessionId make(const UserId& user, std::span<const std::uint8_t, random_bytes> random);

    std::string_view view() const noexcept { return {text_.data(), size_}; }
    std::string_view bucket() const noexcept { return view().substr(0, bucket_length); }

    /// Whether Lucia made it, or one of ours took Lucia's place.
    bool is_lucia() const noexcept { return size_ == lucia_length; }

    /// For tables in memory.
    std::size_t hash() const noexcept;

    bool operator==(const SessionId& other) const noexcept { return view() == other.view(); }
    auto operator<=>(const SessionId& other) const noexcept { return view() <=> other.view(); }

private:
    explicit SessionId(std::string_view text) noexcept;

    std::array<char, lucia_length> text_{};
    std::uint8_t size_ = 0;
};

/// The bucket of a user's sessions: three characters for the first 15 bits of SHA-256(user id).
std::string bucket_of(const UserId& user);

}  // namespace sessgate::core

template <>
struct std::hash<sessgate::core::SessionId> {
    std::size_t operator()(const sessgate::core::SessionId& id) const noexcept { return id.hash(); }
};

template <>
struct std::hash<sessgate::core::UserId> {
    std::size_t operator()(const sessgate::core::UserId& id) const noexcept {
        return std::hash<std::string_view>{}(id.view());
    }
};
