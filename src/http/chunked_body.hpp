#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "http/refusal.hpp"

namespace sessgate::http {

/// Takes the chunk framing out of a body, in place and in pieces of any size (RFC 9112, 7.1), as strictly as the head
/// was checked: sizes are hex digits and nothing else, lines end in CRLF, extensions follow their grammar without
/// spaces. Extensions and trailers are checked and dropped.
class ChunkedBody {
public:
    enum class State : std::uint8_t { incomplete, complete, refused };

    /// `body_limit_bytes`: more data than this is 413. `line_limit_bytes`: what the head left of its limit; extensions
    /// and trailers together may use it up, more is 431.
    ChunkedBody(std::size_t body_limit_bytes, std::size_t line_limit_bytes) noexcept
        : body_room_(body_limit_bytes), line_room_(line_limit_bytes) {}

    /// Reads `bytes` from `from` on and moves the data in them down, so that `bytes` begin with `size()` bytes of data.
    /// In every call they have to begin with the data decoded so far. Incomplete: everything was taken in.
    State decode(std::span<char> bytes, std::size_t from) noexcept;

    std::size_t size() const noexcept { return size_; }  ///< bytes of data decoded so far
    std::size_t end() const noexcept { return end_; }    ///< complete: one past the body, as an offset into `bytes`
    const Refusal& refusal() const noexcept { return refusal_; }

private:
    enum class Expecting : std::uint8_t {
        size_start,
        size,
        size_lf,
        data,
        data_cr,
        data_lf,
        extension_name_start,
        extension_name,
        extension_value_start,
        extension_token,
        extension_quoted,
        extension_escaped,
        extension_end,
        trailer_start,
        trailer_name,
        trailer_value,
        trailer_lf,
        last_lf,
        nothing,
    };

    static constexpr std::size_t size_digits_max = 16;
    static constexpr std::size_t known_name_max = 19;  ///< the longest name that a trailer must not have

    std::size_t take_data(std::span<char> bytes, std::size_t at) noexcept;
    bool take(char c) noexcept;
    bool take_size(char c) noexcept;
    bool take_extension(char c) noexcept;
    bool take_quoted(char c) noexcept;
    bool take_trailer(char c) noexcept;
    bool take_trailer_name(char c) noexcept;
    bool end_element(char c) noexcept;
    bool expect(char c, char wanted, Expecting next) noexcept;
    bool use_line_room() noexcept;
    bool refuse(int status, std::string_view why) noexcept;

    std::size_t body_room_;
    std::size_t line_room_;
    std::size_t size_ = 0;
    std::size_t end_ = 0;
    std::size_t chunk_left_ = 0;  ///< of the chunk under way
    std::size_t count_ = 0;       ///< digits of its size; later, characters of the trailer's name
    std::array<char, known_name_max> name_{};
    Refusal refusal_;
    Expecting expecting_ = Expecting::size_start;
};

}  // namespace sessgate::http
