#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "http/chunked_body.hpp"
#include "http/head_check.hpp"
#include "http/request.hpp"

namespace sessgate::http {

/// What one connection may send, and the one field name that is configured. Shared by all connections of a server.
struct ReaderConfig {
    std::size_t head_limit_bytes = std::size_t{16} * 1024;  ///< request line, fields and trailers together; more is 431
    std::size_t body_limit_bytes = std::size_t{64} * 1024;  ///< without chunk framing; more is 413
    std::string scope_header = "x-request-id";              ///< in lower case
};

/// What came of one look at the bytes.
struct Reading {
    enum class State : std::uint8_t {
        need_head,  ///< read more: nothing, or a part of a head, is there
        need_body,  ///< the head is good: read more of its body
        complete,   ///< the request was filled and `used` bytes belong to it
        refused,    ///< answer with `status` and close: what follows has no safe meaning
    };
    State state = State::need_head;

    /// complete: bytes of the message; the next one begins behind them.
    /// need_head, need_body: bytes to keep at the front of the buffer; new ones go behind them. Less than what was
    /// given only where chunk framing was taken out, so a buffer never needs more room than both limits together.
    std::size_t used = 0;

    /// need_body, once for a message: the client waits for an interim `100 Continue` before it sends the body.
    bool continue_due = false;

    int status = 0;        ///< refused: 400, 413, 431, 501 or 505
    std::string_view why;  ///< refused: a sentence for the problem document; lives as long as the program
};

/// Takes requests off a stream of bytes: strict head check, then the body, then the fields we use. It does no I/O,
/// keeps no clock and holds no bytes. Routes mean nothing to it, so a bad body is refused before anything is 404 or
/// 405.
///
/// Give `read` everything that is there, from the message's first byte on. While it asks for more, call it again with
/// the kept bytes and the new ones behind them; they may have moved to another address in between. After `complete`,
/// call it with what follows, for the next message. After `refused`, never again.
class MessageReader {
public:
    /// `config` and `known`, if it is not null, have to outlive the reader.
    explicit MessageReader(const ReaderConfig& config, KnownLines* known = nullptr) noexcept
        : config_(&config), known_(known), head_(config.head_limit_bytes, known) {}

    /// Fills `request` when the message is complete; before that its contents mean nothing. The bytes are mutable
    /// because chunk framing is taken out in place. No byte is scanned twice, however small the pieces are.
    Reading read(std::span<char> bytes, Request& request);

private:
    Reading read_new(std::span<char> bytes, Request& request);
    Reading go_on(HeadCheck::State state, std::span<char> bytes, Request& request);
    Reading begin_body(std::span<char> bytes, Request& request);
    Reading read_sized(std::span<char> bytes, Request& request);
    Reading read_chunked(std::span<char> bytes, std::size_t from, Request& request);
    Reading complete(std::span<char> bytes, std::size_t body_size, std::size_t used, Request& request);
    Reading finish(std::span<char> bytes, std::size_t body_size, std::size_t used, Request& request,
                   const Refusal& refusal);
    std::string_view head_of(std::span<const char> bytes) const noexcept;

    const ReaderConfig* config_;
    KnownLines* known_;
    HeadCheck head_;
    std::unique_ptr<ChunkedBody> chunks_;  ///< while such a body is read, which is seldom
    bool in_body_ = false;
};

}  // namespace sessgate::http
