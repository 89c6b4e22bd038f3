#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "sessgate/core/digest.hpp"

namespace sessgate::core {

/// Characters of base64url without padding for `bytes` bytes (RFC 4648, 5).
constexpr std::size_t base64url_length(std::size_t bytes) noexcept {
    return (bytes * 8 + 5) / 6;
}

/// Appends `bytes` to `out` as base64url without padding.
void append_base64url(std::string& out, Bytes bytes);

/// Fills `out` from `text`. False, with `out` in any state, unless `text` is the one spelling of exactly so many bytes:
/// no padding, no other characters, unused bits zero.
bool decode_base64url(std::string_view text, std::span<std::uint8_t> out) noexcept;

/// Appends the upper `characters * 5` bits of `bytes`, five to a character of `a-z2-7` (RFC 4648, 6, in lower case).
void append_base32(std::string& out, Bytes bytes, std::size_t characters);

/// Appends `bytes` in lower-case hex.
void append_hex(std::string& out, Bytes bytes);

/// Fills `out` from as many hex digits in lower case. False, with `out` in any state, for anything else.
bool decode_hex(std::string_view text, std::span<std::uint8_t> out) noexcept;

/// Fills `out` from the one spelling of exactly so many bytes, a multiple of five. False, with `out` in any state, for
/// anything else.
bool decode_base32(std::string_view text, std::span<std::uint8_t> out) noexcept;

constexpr bool is_base32(char c) noexcept {
    return (c >= 'a' && c <= 'z') || (c >= '2' && c <= '7');
}

}  // namespace sessgate::core
