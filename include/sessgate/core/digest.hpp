#pragma once

#include <array>
#include <cstdint>
#include <initializer_list>
#include <span>
#include <string_view>

namespace sessgate::core {

using Digest = std::array<std::uint8_t, 32>;
using Bytes = std::span<const std::uint8_t>;

inline Bytes as_bytes(std::string_view text) noexcept {
    return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

/// SHA-256 over `parts` as if they were one string. Costs no allocation.
Digest sha256(std::initializer_list<Bytes> parts) noexcept;

/// HMAC-SHA256 (RFC 2104) over `parts` as if they were one string.
Digest hmac_sha256(Bytes key, std::initializer_list<Bytes> parts) noexcept;

/// True when both are the same, in a time that does not depend on where they differ.
bool equal_in_constant_time(Bytes a, Bytes b) noexcept;

}  // namespace sessgate::core
