#pragma once

#include <bit>
#include <cstdint>
#include <cstring>

namespace sessgate::http {

namespace detail {

/// The high bit of each byte that is a control character other than HTAB, or DEL; more bits may be set above the first.
inline std::uint64_t control_bits(std::uint64_t eight) noexcept {
    constexpr std::uint64_t each = 0x0101010101010101;
    constexpr std::uint64_t high = 0x8080808080808080;
    const std::uint64_t without_delete = eight ^ (each * 0x7f);
    return (((eight - each * 0x20) & ~eight) | ((without_delete - each) & ~without_delete)) & high;
}

inline std::uint64_t load_eight(const char* at) noexcept {
    std::uint64_t eight = 0;
    std::memcpy(&eight, at, sizeof eight);
    return eight;
}

}  // namespace detail

/// What a line of a head may hold: HTAB, SP, visible ASCII and bytes above it (RFC 9110, 5.5).
inline bool is_text(char c) noexcept {
    const auto byte = static_cast<unsigned char>(c);
    return byte == '\t' || (byte >= 0x20 && byte != 0x7f);
}

/// The first byte that is not text, CR and LF among them, or `end`. Eight bytes at a time, because every byte of every
/// head comes through here.
inline const char* end_of_text(const char* at, const char* end) noexcept {
    if constexpr (std::endian::native == std::endian::little) {
        while (end - at >= 8) {
            const std::uint64_t found = detail::control_bits(detail::load_eight(at));
            if (found == 0) {
                at += 8;
                continue;
            }
            at += std::countr_zero(found) / 8;
            if (*at != '\t') return at;
            ++at;
        }
    }
    while (at != end && is_text(*at)) ++at;
    return at;
}

}  // namespace sessgate::http
