#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "http/head_reader.hpp"
#include "http/known_lines.hpp"

namespace sessgate::http {

/// What a checked head says about the message around it.
struct Framing {
    enum class Body : std::uint8_t { none, sized, chunked };

    Body body = Body::none;
    bool expect_continue = false;      ///< only in HTTP/1.1: older clients know no interim answers (RFC 9110, 10.1.1)
    std::uint64_t content_length = 0;  ///< bytes, when `body` is sized
};

/// The strict check of a whole raw head, before any parser sees it: Beast 1.81 accepts heads that another server would
/// read differently, and unfolds and trims them so that this cannot be found out afterwards.
///
/// A head may come in pieces of any size and gets the same verdict at the same byte; each byte is scanned once.
class HeadCheck {
public:
    enum class State : std::uint8_t { incomplete, complete, refused };

    /// `limit_bytes`: a head whose blank line does not end within so many bytes is refused with 431. `known`: lines
    /// that were found good before, which this head may find again and add to; null: none. It has to outlive the check.
    explicit HeadCheck(std::size_t limit_bytes, KnownLines* known = nullptr) noexcept
        : limit_(limit_bytes), known_(known) {}

    /// Judges what is new in `bytes`, which begin with the message's first byte in every call. Not to be called again
    /// after `complete` or `refused`.
    State check(std::string_view bytes) { return check(bytes, nullptr); }

    /// The same, and gives `reader` each part as soon as it was judged. Only where `is_untouched`, since the reader's
    /// views do not follow bytes that move; null: nobody reads.
    State check(std::string_view bytes, HeadReader* reader);

    /// Not one byte was judged yet.
    bool is_untouched() const noexcept { return scanned_ == 0; }

    std::size_t begin() const noexcept { return begin_; }  ///< complete: where the request line starts
    std::size_t end() const noexcept { return line_; }     ///< complete: one past the blank line
    const Framing& framing() const noexcept { return framing_; }
    const Refusal& refusal() const noexcept { return refusal_; }

private:
    bool refuse(int status, std::string_view why) noexcept;
    bool check_line(std::string_view line, HeadReader* reader);
    bool check_request_line(std::string_view line, HeadReader* reader) noexcept;
    bool split_request_line(std::string_view line, RequestLine& parts) noexcept;
    bool judge_request_line(std::string_view line, RequestLine& parts) noexcept;
    bool check_version(std::string_view version) noexcept;
    bool check_field(std::string_view line, HeadReader* reader);
    bool check_known_field(std::string_view name, std::string_view rest) noexcept;
    bool check_host(std::string_view rest) noexcept;
    bool check_length(std::string_view rest) noexcept;
    bool check_coding(std::string_view rest) noexcept;
    bool check_whole() noexcept;
    State out_of_bytes(std::size_t size) noexcept;

    std::size_t limit_;
    KnownLines* known_;
    std::size_t begin_ = 0;
    std::size_t line_ = 0;     ///< where the line under way starts
    std::size_t scanned_ = 0;  ///< the line is good text up to here
    Framing framing_;
    Refusal refusal_;
    bool has_request_line_ = false;
    bool is_version_10_ = false;
    bool has_host_ = false;
    bool is_complete_ = false;
};

}  // namespace sessgate::http
