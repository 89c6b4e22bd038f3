#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <string_view>
#ifdef __SSE2__
#include <emmintrin.h>
#endif

namespace sessgate::http {

/// What a line of a head may hold: HTAB, SP, visible ASCII and bytes above it (RFC 9110, 5.5).
inline bool is_text(char c) noexcept {
    const auto byte = static_cast<unsigned char>(c);
    return byte == '\t' || (byte >= 0x20 && byte != 0x7f);
}

#ifdef __SSE2__
namespace detail {

/// One bit for each of the sixteen bytes from `at` on that is not text.
inline unsigned not_text_in_block(const char* at) noexcept {
    const __m128i block = _mm_loadu_si128(reinterpret_cast<const __m128i*>(at));
    const __m128i printable = _mm_cmpeq_epi8(_mm_max_epu8(block, _mm_set1_epi8(' ')), block);
    const __m128i allowed = _mm_or_si128(printable, _mm_cmpeq_epi8(block, _mm_set1_epi8('\t')));
    const __m128i text = _mm_andnot_si128(_mm_cmpeq_epi8(block, _mm_set1_epi8(0x7f)), allowed);
    return static_cast<unsigned>(_mm_movemask_epi8(text)) ^ 0xffffU;
}

}  // namespace detail
#endif

/// The first byte that is not text, CR and LF among them, or `end`. In blocks where the processor has them, because
/// every byte of every head comes through here; the last one begins before `at`, where there are bytes enough behind
/// `start`.
inline const char* end_of_text(const char* start, const char* at, const char* end) noexcept {
#ifdef __SSE2__
    constexpr int block = 16;
    for (; end - at >= block; at += block) {
        if (const unsigned others = detail::not_text_in_block(at)) return at + std::countr_zero(others);
    }
    if (end - start >= block) {
        const auto judged = static_cast<unsigned>(block - (end - at));
        const unsigned others = detail::not_text_in_block(end - block) >> judged;
        return others == 0 ? end : at + std::countr_zero(others);
    }
#else
    static_cast<void>(start);
#endif
    while (at != end && is_text(*at)) ++at;
    return at;
}

/// How many characters at the front of `line`, sixteen at most, are letters, digits or dashes: what the names of nearly
/// all fields are made of. Finds none where the processor has no blocks, or the line is shorter than one.
inline std::size_t plain_name_size(std::string_view line) noexcept {
#ifdef __SSE2__
    if (line.size() < 16) return 0;
    const __m128i block = _mm_loadu_si128(reinterpret_cast<const __m128i*>(line.data()));
    const auto is_within = [](__m128i bytes, char first, char last) {
        const __m128i from_first = _mm_cmpgt_epi8(bytes, _mm_set1_epi8(static_cast<char>(first - 1)));
        return _mm_and_si128(from_first, _mm_cmplt_epi8(bytes, _mm_set1_epi8(static_cast<char>(last + 1))));
    };
    const __m128i letters = is_within(_mm_or_si128(block, _mm_set1_epi8(0x20)), 'a', 'z');
    const __m128i digits_and_dash = _mm_or_si128(is_within(block, '0', '9'), _mm_cmpeq_epi8(block, _mm_set1_epi8('-')));
    const auto plain = static_cast<unsigned>(_mm_movemask_epi8(_mm_or_si128(letters, digits_and_dash)));
    return static_cast<std::size_t>(std::countr_one(plain));
#else
    static_cast<void>(line);
    return 0;
#endif
}

}  // namespace sessgate::http
