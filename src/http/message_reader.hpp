#pragma once

#include <cstddef>
#include <span>
#include <string_view>

#include "http/chunked_body.hpp"
#include "http/head_check.hpp"
#include "http/request.hpp"

namespace sessgate::http {

/// What one connection may send, and the one name that is configured. Shared by all connections of a server.
struct ReaderConfig {
    std::size_t head_limit_bytes = 16 * 1024;  ///< request line, fields and trailers together; more is 431
    std::size_t body_limit_bytes = 64 * 1024;  ///< after removing chunk framing; more is 413
    std::string_view scope_header = "X-Request-Id";
};

/// What came of one look at the bytes.
struct Reading {
    enum class State {
        need_head,  ///< read more; nothing, or a part of a head, is there
        need_body,  ///< the head is good; read more of its body
        complete,   ///< the request was filled and `used` bytes belong to it
        refused,    ///< answer with `status` and close: what follows has no safe meaning
    };
    State state = State::need_head;

    /// complete: bytes of the message; the next one begins behind them.
    /// need_head, need_body: bytes to keep at the front of the buffer; the next ones go behind them. Less than what was
    /// given only where chunk framing was taken out, so the buffer never needs more room than both limits together.
    std::size_t used = 0;

    /// need_body, once for a message: the client waits for an interim `100 Continue` before it sends the body.
    bool continue_due = false;

    int status = 0;        ///< refused: 400, 413, 431, 501 or 505
    std::string_view why;  ///< refused: a sentence for the problem document; lives as long as the program
};

/// Takes requests off a stream of bytes: strict head check, then Beast's parser, then the body. It does no I/O, keeps
/// no clock and holds no bytes; routes mean nothing to it, so a bad body is refused before anything is 404 or 405.
///
/// Usage: give `read` everything that is there, from the first byte of the message on. While it asks for more, call it
/// again with the kept bytes and the new ones behind them (they may have moved to another address in between). After
/// `complete`, call it with what follows. After `refused`, never again.
class MessageReader {
public:
    /// `config` has to outlive the reader.
    explicit MessageReader(const ReaderConfig& config) noexcept;

    /// Fills `request` when the message is complete, and leaves it alone before that. Chunk framing is taken out in
    /// place, which is why the bytes are mutable. No byte is looked at again in a later call, apart from a last line
    /// that was not yet whole.
    Reading read(std::span<char> bytes, Request& request);

private:
    Reading read_body(std::span<char> bytes, Request& request);
    Reading read_sized(std::span<char> bytes, Request& request);
    Reading read_chunked(std::span<char> bytes, Request& request);
    Reading complete(std::span<char> bytes, std::size_t body_size, std::size_t used, Request& request);
    Reading more_body(std::size_t kept) noexcept;

    const ReaderConfig* config_;
    HeadCheck head_;
    ChunkedBody chunks_;
    bool in_body_ = false;
    bool continue_told_ = false;
};

}  // namespace sessgate::http
