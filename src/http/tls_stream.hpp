#pragma once

#include <boost/asio/buffer.hpp>
#include <boost/system/error_code.hpp>
#include <memory>

#include "sessgate/http/server.hpp"
#include "sessgate/http/tls_context.hpp"

struct ssl_st;

namespace sessgate::http {

/// The server's side of TLS on one non-blocking socket. Every call does what is possible at once; `would_block` means
/// to wait for `awaited()` and call again.
class TlsStream {
public:
    TlsStream(const TlsContext& context, int descriptor);

    boost::system::error_code shake_hands();
    std::size_t read_some(boost::asio::mutable_buffer buffer, boost::system::error_code& error);
    std::size_t write_some(boost::asio::const_buffer buffer, boost::system::error_code& error);

    /// Whether the last read ended because others are to have their turn, and not for want of bytes.
    bool has_stopped_short() const noexcept { return reads_left_ < 0; }

    /// Whether there are bytes that left the socket and were not read: nobody is told of those again.
    bool has_unread() const noexcept;

    /// Tells the client that no more comes, if that is possible at once.
    void end_sending() noexcept;

    /// What the socket has to be ready for: a read may have to write first, and the other way round.
    Direction awaited() const noexcept { return awaited_; }

    /// After the handshake: the client has shown one, of an authority that the context knows.
    bool has_client_certificate() const noexcept;

private:
    struct Free {
        void operator()(ssl_st* ssl) const noexcept;
    };

    boost::system::error_code error_of(int result);

    std::unique_ptr<ssl_st, Free> ssl_;
    int reads_left_ = 0;  ///< from the socket, in the call that is made
    Direction awaited_ = Direction::read;
    bool is_broken_ = false;  ///< after this TLS has nothing more to say
};

}  // namespace sessgate::http
