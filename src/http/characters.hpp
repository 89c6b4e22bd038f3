#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace sessgate::http {

// Which bytes may stand where in a message. One table for all classes, so that a look-up is one load and one test.

namespace character {
inline constexpr std::uint8_t token = 1;   ///< RFC 9110, 5.6.2: names and methods
inline constexpr std::uint8_t target = 2;  ///< request target: visible ASCII that every reader takes for the same
inline constexpr std::uint8_t host = 4;    ///< unreserved of RFC 3986, 2.3: a name or an IPv4 address
inline constexpr std::uint8_t digit = 8;
inline constexpr std::uint8_t hex = 16;
}  // namespace character

namespace detail {

constexpr bool is_letter(int c) noexcept {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
constexpr bool is_digit(int c) noexcept {
    return c >= '0' && c <= '9';
}
constexpr bool is_hex_letter(int c) noexcept {
    return (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}
constexpr bool is_one_of(int c, std::string_view set) noexcept {
    return c < 0x80 && set.find(static_cast<char>(c)) != std::string_view::npos;
}

// Of what RFC 3986 leaves out, browsers send ^ ` { | } [ ] in queries all the same, and nobody reads those in two ways;
// a backslash, a fragment, quotes and angle brackets some do.
constexpr bool is_target(int c) noexcept {
    return c > ' ' && c < 0x7f && !is_one_of(c, "\"#<>\\");
}

constexpr std::uint8_t classes_of(int c) noexcept {
    const bool alphanumeric = is_letter(c) || is_digit(c);
    std::uint8_t classes = 0;
    if (alphanumeric || is_one_of(c, "!#$%&'*+-.^_`|~")) classes |= character::token;
    if (is_target(c)) classes |= character::target;
    if (alphanumeric || is_one_of(c, "-._~")) classes |= character::host;
    if (is_digit(c)) classes |= character::digit;
    if (is_digit(c) || is_hex_letter(c)) classes |= character::hex;
    return classes;
}

constexpr std::array<std::uint8_t, 256> character_classes() noexcept {
    std::array<std::uint8_t, 256> table{};
    for (int c = 0; c < 256; ++c) table[static_cast<std::size_t>(c)] = classes_of(c);
    return table;
}

inline constexpr std::array<std::uint8_t, 256> classes = character_classes();

}  // namespace detail

constexpr bool is_in(std::uint8_t wanted, char c) noexcept {
    return (detail::classes[static_cast<unsigned char>(c)] & wanted) != 0;
}

/// The index of the first character from `from` on that is not in the class, or the text's size.
inline std::size_t skip(std::uint8_t wanted, std::string_view text, std::size_t from = 0) noexcept {
    while (from != text.size() && is_in(wanted, text[from])) ++from;
    return from;
}

/// True for text that is not empty and all of that class.
inline bool is_all(std::uint8_t wanted, std::string_view text) noexcept {
    return !text.empty() && skip(wanted, text) == text.size();
}

/// Compares text of any bytes with `lower`, which is in lower case, by ASCII rules.
inline bool is_same_text(std::string_view text, std::string_view lower) noexcept {
    if (text.size() != lower.size()) return false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const bool is_upper = text[i] >= 'A' && text[i] <= 'Z';
        if ((is_upper ? text[i] | 0x20 : text[i]) != lower[i]) return false;
    }
    return true;
}

/// The same, faster, for text that is known to be a token: there, the bit that makes a letter small changes no other
/// character into one that counts.
inline bool is_same_token(std::string_view text, std::string_view lower) noexcept {
    if (text.size() != lower.size()) return false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if ((text[i] | 0x20) != lower[i]) return false;
    }
    return true;
}

constexpr bool is_space(char c) noexcept {
    return c == ' ' || c == '\t';
}

/// `text` without SP and HTAB at both ends (RFC 9110, 5.6.3: OWS).
inline std::string_view trimmed(std::string_view text) noexcept {
    while (!text.empty() && is_space(text.front())) text.remove_prefix(1);
    while (!text.empty() && is_space(text.back())) text.remove_suffix(1);
    return text;
}

}  // namespace sessgate::http
