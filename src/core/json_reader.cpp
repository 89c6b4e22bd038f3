#include <array>
#include <charconv>

#include "core/json_text.hpp"
#include "sessgate/core/json.hpp"

namespace sessgate::core {
namespace {

constexpr int depth_max = 32;

/// Bytes of a string that stand for themselves: ASCII but for controls, quote and backslash.
constexpr std::array<bool, 256> plain = [] {
    std::array<bool, 256> bytes{};
    for (std::size_t c = 0x20; c < 0x80; ++c) bytes[c] = c != '"' && c != '\\';
    return bytes;
}();

constexpr bool is_plain(char c) noexcept {
    return plain[static_cast<unsigned char>(c)];
}
constexpr bool is_digit(char c) noexcept {
    return c >= '0' && c <= '9';
}
constexpr bool is_high_surrogate(unsigned unit) noexcept {
    return unit >= 0xd800 && unit <= 0xdbff;
}
constexpr bool is_low_surrogate(unsigned unit) noexcept {
    return unit >= 0xdc00 && unit <= 0xdfff;
}

std::string_view between(const char* begin, const char* end) noexcept {
    return {begin, static_cast<std::size_t>(end - begin)};
}

}  // namespace

bool JsonReader::fail() noexcept {
    failed_ = true;
    at_ = end_;
    return false;
}

void JsonReader::skip_space() noexcept {
    while (at_ != end_ && (*at_ == ' ' || *at_ == '\n' || *at_ == '\r' || *at_ == '\t')) ++at_;
}

bool JsonReader::take(char expected) noexcept {
    skip_space();
    if (!next_is(expected)) return fail();
    ++at_;
    return true;
}

bool JsonReader::begin_object() noexcept {
    first_ = true;
    return take('{');
}

std::optional<std::string_view> JsonReader::next_member() noexcept {
    skip_space();
    if (next_is('}')) {
        ++at_;
        first_ = false;  // the object around this one has had a member
        return std::nullopt;
    }
    if (!first_ && !take(',')) return std::nullopt;
    first_ = false;
    const auto name = raw_string();
    if (!name || !take(':')) return std::nullopt;
    return name;
}

std::optional<std::string_view> JsonReader::raw_string() noexcept {
    skip_space();
    const char* const begin = at_;
    if (!skip_string()) return std::nullopt;
    return between(begin + 1, at_ - 1);
}

std::optional<std::string_view> JsonReader::plain_string() noexcept {
    const auto body = raw_string();
    if (body && body->find('\\') == std::string_view::npos) return body;
    fail();
    return std::nullopt;
}

std::optional<std::int64_t> JsonReader::integer() noexcept {
    skip_space();
    const char* const begin = at_;
    std::int64_t value = 0;
    if (!skip_number()) return std::nullopt;
    const auto [end, error] = std::from_chars(begin, at_, value);
    if (error == std::errc{} && end == at_) return value;
    fail();
    return std::nullopt;
}

std::optional<std::string_view> JsonReader::raw_value() noexcept {
    skip_space();
    const char* const begin = at_;
    if (!skip_value(1)) return std::nullopt;
    return between(begin, at_);
}

std::optional<std::string_view> JsonReader::raw_object() noexcept {
    skip_space();
    const char* const begin = at_;
    if (!skip_object(1)) return std::nullopt;
    return between(begin, at_);
}

bool JsonReader::at_end() noexcept {
    skip_space();
    return !failed_ && at_ == end_;
}

bool JsonReader::skip_value(int depth) noexcept {
    if (at_ == end_) return fail();
    switch (*at_) {
        case '{':
            return skip_object(depth);
        case '[':
            return skip_array(depth);
        case '"':
            return skip_string();
        case 't':
            return skip_word("true");
        case 'f':
            return skip_word("false");
        case 'n':
            return skip_word("null");
        default:
            return skip_number();
    }
}

bool JsonReader::skip_object(int depth) noexcept {
    if (depth > depth_max || !take('{')) return fail();
    skip_space();
    if (next_is('}')) return take('}');
    for (;;) {
        if (!raw_string() || !take(':')) return false;
        skip_space();
        if (!skip_value(depth + 1)) return false;
        skip_space();
        if (next_is('}')) return take('}');
        if (!take(',')) return false;
    }
}

bool JsonReader::skip_array(int depth) noexcept {
    if (depth > depth_max || !take('[')) return fail();
    skip_space();
    if (next_is(']')) return take(']');
    for (;;) {
        skip_space();
        if (!skip_value(depth + 1)) return false;
        skip_space();
        if (next_is(']')) return take(']');
        if (!take(',')) return false;
    }
}

bool JsonReader::skip_string() noexcept {
    if (!next_is('"')) return fail();
    ++at_;
    for (;;) {
        while (at_ != end_ && is_plain(*at_)) ++at_;
        if (at_ == end_) return fail();
        if (*at_ == '"') break;
        if (*at_ == '\\') {
            if (!skip_escape()) return false;
            continue;
        }
        // A character of one byte that was not skipped as plain is a control character.
        const std::size_t length = utf8_character_length(between(at_, end_));
        if (length < 2) return fail();
        at_ += length;
    }
    ++at_;
    return true;
}

bool JsonReader::skip_escape() noexcept {
    ++at_;
    if (at_ == end_) return fail();
    const char kind = *at_++;
    if (kind != 'u') return std::string_view("\"\\/bfnrt").find(kind) != std::string_view::npos || fail();

    const auto unit = code_unit(between(at_, end_));
    if (!unit || is_low_surrogate(*unit)) return fail();
    at_ += 4;
    if (!is_high_surrogate(*unit)) return true;

    const std::string_view rest = between(at_, end_);
    if (!rest.starts_with("\\u")) return fail();
    const auto second = code_unit(rest.substr(2));
    if (!second || !is_low_surrogate(*second)) return fail();
    at_ += 6;
    return true;
}

bool JsonReader::skip_digits() noexcept {
    if (at_ == end_ || !is_digit(*at_)) return fail();
    while (at_ != end_ && is_digit(*at_)) ++at_;
    return true;
}

bool JsonReader::skip_number() noexcept {
    const char* const begin = at_;
    if (next_is('-')) ++at_;
    if (next_is('0')) {
        ++at_;
    } else if (!skip_digits()) {
        return false;
    }
    const char* const whole_end = at_;
    if (next_is('.')) {
        ++at_;
        if (!skip_digits()) return false;
    }
    if (next_is('e') || next_is('E')) {
        ++at_;
        if (next_is('+') || next_is('-')) ++at_;
        if (!skip_digits()) return false;
    }
    // A whole number of few digits cannot be out of range, and nearly all numbers here are.
    if (at_ == whole_end && at_ - begin < 300) return true;
    return is_finite(between(begin, at_)) || fail();
}

bool JsonReader::skip_word(std::string_view word) noexcept {
    if (!between(at_, end_).starts_with(word)) return fail();
    at_ += word.size();
    return true;
}

}  // namespace sessgate::core
