#include "sessgate/core/encoding.hpp"

#include <array>

namespace sessgate::core {
namespace {

constexpr std::string_view base64url_alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
constexpr std::string_view base32_alphabet = "abcdefghijklmnopqrstuvwxyz234567";
constexpr std::string_view hex_alphabet = "0123456789abcdef";

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

/// The reverse, where the characters fill the bytes exactly. `digit_of`: more than `width` bits for a stranger.
template <typename DigitOf>
bool decode_digits(std::string_view text, std::span<std::uint8_t> out, unsigned width, DigitOf digit_of) noexcept {
    if (text.size() * width != out.size() * 8) return false;
    std::uint32_t pending = 0;
    unsigned pending_bits = 0;
    auto next = out.begin();
    for (const char c : text) {
        const std::uint32_t digit = digit_of(c);
        if (digit >> width != 0) return false;
        pending = pending << width | digit;
        pending_bits += width;
        if (pending_bits < 8) continue;
        pending_bits -= 8;
        *next++ = static_cast<std::uint8_t>(pending >> pending_bits);
    }
    return true;
}

}  // namespace

void append_base64url(std::string& out, Bytes bytes) {
    append_digits(out, bytes, base64url_length(bytes.size()), 6, base64url_alphabet);
}

bool decode_base64url(std::string_view text, std::span<std::uint8_t> out) noexcept {
    if (text.size() != base64url_length(out.size())) return false;

    std::uint8_t seen = 0;  // no_digit is the only entry with its top bits set: one test after the loops finds it
    const auto digit = [&](std::size_t i) -> std::uint32_t {
        const std::uint8_t value = base64url_digits[static_cast<unsigned char>(text[i])];
        seen |= value;
        return value & 0x3fU;
    };
    std::size_t read = 0;
    std::size_t written = 0;
    for (; read + 4 <= text.size(); read += 4, written += 3) {
        const std::uint32_t bits =
            digit(read) << 18U | digit(read + 1) << 12U | digit(read + 2) << 6U | digit(read + 3);
        out[written] = static_cast<std::uint8_t>(bits >> 16U);
        out[written + 1] = static_cast<std::uint8_t>(bits >> 8U);
        out[written + 2] = static_cast<std::uint8_t>(bits);
    }

    std::uint32_t rest = 0;
    unsigned rest_bits = 0;
    for (; read < text.size(); ++read) {
        rest = rest << 6U | digit(read);
        rest_bits += 6;
        if (rest_bits < 8) continue;
        rest_bits -= 8;
        out[written++] = static_cast<std::uint8_t>(rest >> rest_bits);
    }
    const std::uint32_t unused_bits = rest & ((1U << rest_bits) - 1U);
    return (seen & 0xc0U) == 0 && unused_bits == 0;
}

void append_base32(std::string& out, Bytes bytes, std::size_t characters) {
    append_digits(out, bytes, characters, 5, base32_alphabet);
}

bool decode_base32(std::string_view text, std::span<std::uint8_t> out) noexcept {
    if (out.size() % 5 != 0) return false;
    return decode_digits(text, out, 5, [](char c) { return static_cast<std::uint32_t>(base32_alphabet.find(c)); });
}

void append_hex(std::string& out, Bytes bytes) {
    append_digits(out, bytes, bytes.size() * 2, 4, hex_alphabet);
}

bool decode_hex(std::string_view text, std::span<std::uint8_t> out) noexcept {
    return decode_digits(text, out, 4, [](char c) { return static_cast<std::uint32_t>(hex_alphabet.find(c)); });
}

}  // namespace sessgate::core
