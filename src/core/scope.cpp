#include "sessgate/core/scope.hpp"

#include <algorithm>
#include <bitset>

namespace sessgate::core {
namespace {

constexpr std::size_t length_min = 16;
constexpr std::size_t length_max = 128;

constexpr std::size_t digit_count = 32;
constexpr std::size_t different_digits_min = 8;

constexpr std::size_t uuid_length = 36;
constexpr std::size_t uuid_version_at = 14;

/// RFC 9562, 4: 8-4-4-4-12.
constexpr bool is_uuid_dash(std::size_t index) noexcept {
    return index == 8 || index == 13 || index == 18 || index == 23;
}

/// The value of a hex digit, or 16.
constexpr std::size_t digit_of(char c) noexcept {
    if (c >= '0' && c <= '9') return static_cast<std::size_t>(c - '0');
    if (c >= 'a' && c <= 'f') return static_cast<std::size_t>(c - 'a') + 10;
    if (c >= 'A' && c <= 'F') return static_cast<std::size_t>(c - 'A') + 10;
    return 16;
}

}  // namespace

bool is_scope(std::string_view text) noexcept {
    const auto is_visible = [](char c) { return c > ' ' && c < '\x7f'; };
    return text.size() >= length_min && text.size() <= length_max && std::ranges::all_of(text, is_visible);
}

bool is_random_scope(std::string_view text) noexcept {
    const bool has_dashes = text.size() == uuid_length;
    if (!has_dashes && text.size() != digit_count) return false;
    std::bitset<16> seen;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (has_dashes && is_uuid_dash(i)) {
            if (text[i] != '-') return false;
            continue;
        }
        const std::size_t digit = digit_of(text[i]);
        if (digit == seen.size()) return false;
        seen.set(digit);
    }
    if (seen.count() < different_digits_min) return false;
    // Without dashes it is no UUID: a random id has any digit here.
    return !has_dashes || std::string_view("126").find(text[uuid_version_at]) == std::string_view::npos;
}

}  // namespace sessgate::core
