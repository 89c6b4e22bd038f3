#include "sessgate/core/encoding.hpp"

#include <array>

namespace sessgate::core {
namespace {

constexpr std::string_view base64url_alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
constexpr std::string_view base32_alphabet = "abcdefghijklmnopqrstuvwxyz234567";

constexpr std::uint8_t no_digit = 0xff;

constexpr std::array<std::uint8_t, 256> base64url_digits = [] {
    std::array<std::uint8_t, 256> digits{};
    digits.fill(no_digit);
    for (std::size_t i = 0; i < base64url_alphabet.size(); ++i) {
        digits[static_cast<unsigned char>(base64url_alphabet[i])] = static_cast<std::uint8_t>(i);
    }
    return digits;
}();

/// The upper `characters * width` bits of `bytes`, each `width` of them as one character of `alphabet`; bits past the
/// end of `bytes` are zero.
void append_digits(std::string& out, Bytes bytes, std::size_t characters, unsigned width, std::string_view alphabet) {
    std::uint32_t pending = 0;
    unsigned pending_bits = 0;
    std::size_t next = 0;
    for (std::size_t i = 0; i < characters; ++i) {
        if (pending_bits < width) {
            const std::uint32_t byte = next < bytes.size() ? bytes[next++] : 0U;
            pending = (pending << 8U) | byte;
            pending_bits += 8;
        }
        pending_bits -= width;
        out += alphabet[(pending >> pending_bits) & ((1U << width) - 1U)];
    }
}

}  // namespace

void append_base64url(std::string& out, Bytes bytes) {
    append_digits(out, bytes, base64url_length(bytes.size()), 6, base64url_alphabet);
}

bool decode_base64url(std::string_view text, std::span<std::uint8_t> out) noexcept {
    if (text.size() != base64url_length(out.size())) return false;

    std::uint32_t pending = 0;
    unsigned pending_bits = 0;
    std::size_t written = 0;
    std::uint8_t seen = 0;  // no_digit is the only entry with its top bits set: one test after the loop finds it
    for (const char c : text) {
        const std::uint8_t digit = base64url_digits[static_cast<unsigned char>(c)];
        seen |= digit;
        pending = (pending << 6U) | (digit & 0x3fU);
        pending_bits += 6;
        if (pending_bits < 8) continue;
        pending_bits -= 8;
        out[written++] = static_cast<std::uint8_t>(pending >> pending_bits);
    }
    const std::uint32_t unused_bits = pending & ((1U << pending_bits) - 1U);
    return (seen & 0xc0U) == 0 && unused_bits == 0;
}

void append_base32(std::string& out, Bytes bytes, std::size_t characters) {
    append_digits(out, bytes, characters, 5, base32_alphabet);
}

}  // namespace sessgate::core
