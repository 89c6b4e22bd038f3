#pragma once

#include <boost/asio/buffer.hpp>
#include <boost/asio/generic/stream_protocol.hpp>
#include <boost/system/error_code.hpp>
#include <utility>

namespace sessgate::http {

/// What a socket can be waited for.
enum class Direction { read, write };

/// A TCP or unix stream socket with a client at its other end. No call blocks: what cannot be done at once is
/// `would_block`. Closed when it is destroyed.
class Socket {
public:
    using Endpoint = boost::asio::generic::stream_protocol::endpoint;

    /// Takes over a non-blocking `descriptor`.
    explicit Socket(int descriptor) noexcept : descriptor_(descriptor) {}
    Socket(Socket&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}
    Socket& operator=(Socket&&) = delete;
    Socket(const Socket&) = delete;
    ~Socket();

    int descriptor() const noexcept { return descriptor_; }

    /// How many bytes there were; `eof`: the client sends no more.
    std::size_t read_some(boost::asio::mutable_buffer buffer, boost::system::error_code& error) noexcept;
    std::size_t write_some(boost::asio::const_buffer buffer, boost::system::error_code& error) noexcept;

    void send_at_once() noexcept;
    void end_sending() noexcept;

    Endpoint local_endpoint(boost::system::error_code& error) const noexcept;
    Endpoint remote_endpoint(boost::system::error_code& error) const noexcept;

private:
    int descriptor_;
};

}  // namespace sessgate::http
