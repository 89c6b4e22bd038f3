#include "core/json_text.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdint>

#include "sessgate/core/json.hpp"

namespace sessgate::core {
namespace {

constexpr bool is_ascii(char c) noexcept {
    return static_cast<unsigned char>(c) < 0x80;
}

struct Escape {
    char character = '\0';
    std::size_t length = 0;  ///< in the text; 0: not an escape, or not of ASCII
};

Escape escaped_ascii(std::string_view text) noexcept {
    constexpr std::string_view from = "\"\\/bfnrt";
    constexpr std::string_view to = "\"\\/\b\f\n\r\t";
    if (text.size() < 2) return {};
    const auto found = from.find(text[1]);
    if (found != std::string_view::npos) return {to[found], 2};
    const auto unit = text[1] == 'u' ? code_unit(text.substr(2)) : std::nullopt;
    if (!unit || *unit >= 0x80) return {};
    return {static_cast<char>(*unit), 6};
}

constexpr bool is_continuation(char c) noexcept {
    return (static_cast<unsigned char>(c) & 0xc0U) == 0x80U;
}

/// The range of the second byte after `first`: narrower than 80..BF where overlong forms, surrogates or code points
/// past U+10FFFF would begin (RFC 3629, 4).
constexpr bool is_second_byte(unsigned char first, unsigned char second) noexcept {
    const unsigned char low = first == 0xe0 ? 0xa0 : first == 0xf0 ? 0x90 : 0x80;
    const unsigned char high = first == 0xed ? 0x9f : first == 0xf4 ? 0x8f : 0xbf;
    return second >= low && second <= high;
}

constexpr std::size_t length_by_first_byte(unsigned char first) noexcept {
    if (first < 0x80) return 1;
    if (first >= 0xc2 && first <= 0xdf) return 2;
    if (first >= 0xe0 && first <= 0xef) return 3;
    if (first >= 0xf0 && first <= 0xf4) return 4;
    return 0;
}

constexpr std::int64_t exponent_far_away = 1'000'000;

/// The exponent after `e`, or about a million when it is longer than any that matters.
std::int64_t exponent_of(std::string_view digits) noexcept {
    if (digits.starts_with('+')) digits.remove_prefix(1);
    std::int64_t exponent = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), exponent);
    if (error != std::errc{}) return digits.starts_with('-') ? -exponent_far_away : exponent_far_away;
    return std::clamp(exponent, -exponent_far_away, exponent_far_away);
}

/// p in 0.d × 10^p, where d begins with a digit that is not 0; nullopt for zero.
std::optional<std::int64_t> magnitude(std::string_view number) noexcept {
    const auto mantissa = number.substr(0, number.find_first_of("eE"));
    const auto exponent = mantissa.size() < number.size() ? exponent_of(number.substr(mantissa.size() + 1)) : 0;
    const auto point = static_cast<std::int64_t>(std::min(mantissa.find('.'), mantissa.size()));
    const auto found = mantissa.find_first_not_of("-0.");
    if (found == std::string_view::npos) return std::nullopt;
    const auto first = static_cast<std::int64_t>(found);
    return exponent + (first < point ? point - first : point + 1 - first);
}

}  // namespace

std::optional<unsigned> code_unit(std::string_view text) noexcept {
    if (text.size() < 4) return std::nullopt;
    const std::string_view digits = text.substr(0, 4);
    unsigned unit = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), unit, 16);
    if (error != std::errc{} || end != digits.data() + digits.size()) return std::nullopt;
    return unit;
}

std::size_t utf8_character_length(std::string_view text) noexcept {
    if (text.empty()) return 0;
    const auto first = static_cast<unsigned char>(text.front());
    const std::size_t length = length_by_first_byte(first);
    if (length <= 1) return length;
    if (text.size() < length || !is_second_byte(first, static_cast<unsigned char>(text[1]))) return 0;
    const auto rest = text.substr(2, length - 2);
    return std::all_of(rest.begin(), rest.end(), is_continuation) ? length : 0;
}

std::optional<std::string> unescape_ascii(std::string_view raw) {
    std::string text;
    while (!raw.empty()) {
        const auto escape = std::min(raw.find('\\'), raw.size());
        text.append(raw.substr(0, escape));
        raw.remove_prefix(escape);
        if (raw.empty()) break;
        const auto [character, length] = escaped_ascii(raw);
        if (length == 0) return std::nullopt;
        text += character;
        raw.remove_prefix(length);
    }
    if (!std::all_of(text.begin(), text.end(), is_ascii)) return std::nullopt;
    return text;
}

bool is_finite(std::string_view number) noexcept {
    const auto power = magnitude(number);
    if (!power || *power < 309) return true;

    // The largest double is 0.179… × 10^309: only a number this large can be out of range, and only upward.
    double value = 0;
    const auto [end, error] = std::from_chars(number.data(), number.data() + number.size(), value);
    return error == std::errc{} && std::isfinite(value);
}

}  // namespace sessgate::core
