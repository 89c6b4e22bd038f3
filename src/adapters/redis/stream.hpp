#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/system/error_code.hpp>
#include <memory>
#include <string>
#include <string_view>

namespace sessgate::adapters::redis {

/// Where a server listens.
struct Address {
    std::string host{};  ///< a name or an IP address; empty: `path` is a unix socket
    std::uint16_t port = 0;
    std::string path{};

    auto operator<=>(const Address&) const = default;
};

/// `host:port`, `[v6]:port` or `unix:PATH`, for logs.
std::string to_text(const Address& address);

/// Who is told what a stream does. Never called inside a call to the stream.
class StreamOwner {
public:
    virtual ~StreamOwner() = default;
    virtual void on_connected() = 0;
    virtual void on_bytes(std::string_view bytes) = 0;
    virtual void on_written() = 0;
    virtual void on_broken(const boost::system::error_code& error) = 0;  ///< the stream is of no use any more
};

/// Bytes to and from one server: over TCP, TLS or a unix socket. Used once, from connect to close.
class Stream {
public:
    virtual ~Stream() = default;

    /// Then reads, until it is closed.
    virtual void connect() = 0;

    /// One at a time: not again before `on_written`. Takes the bytes and leaves an empty text in their place, with the
    /// room of what was written before.
    virtual void write(std::string& bytes) = 0;

    /// Nothing is told any more; the owner may go.
    virtual void close() noexcept = 0;
};

/// `tls`: for TLS, with the server's name taken from the address; must outlive the stream. `owner` must live until
/// `close`.
std::shared_ptr<Stream> make_stream(boost::asio::io_context& context, const Address& address,
                                    boost::asio::ssl::context* tls, StreamOwner& owner);

/// What makes streams: the function above, or one whose network is simulated.
using StreamMaker = decltype(&make_stream);

}  // namespace sessgate::adapters::redis
