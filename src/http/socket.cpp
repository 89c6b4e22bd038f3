#include "sessgate/http/socket.hpp"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <boost/asio/error.hpp>
#include <cerrno>

namespace sessgate::http {

namespace asio = boost::asio;
using boost::system::error_code;

namespace {

error_code last_error() noexcept {
    return {errno, boost::system::system_category()};
}

/// What `recv` or `send` returned, as a count and an error.
std::size_t count_of(ssize_t result, error_code& error) noexcept {
    error = result < 0 ? last_error() : error_code();
    return result < 0 ? 0 : static_cast<std::size_t>(result);
}

/// `get`: getsockname or getpeername.
template <typename Get>
Socket::Endpoint endpoint_by(Get get, int descriptor, error_code& error) noexcept {
    Socket::Endpoint endpoint;
    auto size = static_cast<socklen_t>(endpoint.capacity());
    error = get(descriptor, endpoint.data(), &size) != 0 ? last_error() : error_code();
    if (!error) endpoint.resize(size);
    return endpoint;
}

}  // namespace

Socket::~Socket() {
    if (descriptor_ >= 0) ::close(descriptor_);
}

std::size_t Socket::read_some(asio::mutable_buffer buffer, error_code& error) noexcept {
    const std::size_t count = count_of(::recv(descriptor_, buffer.data(), buffer.size(), 0), error);
    if (!error && count == 0) error = asio::error::eof;
    return count;
}

std::size_t Socket::write_some(asio::const_buffer buffer, error_code& error) noexcept {
    return count_of(::send(descriptor_, buffer.data(), buffer.size(), MSG_NOSIGNAL), error);
}

/// Each answer leaves as it is written. A unix socket does so anyway.
void Socket::send_at_once() noexcept {
    constexpr int on = 1;
    static_cast<void>(::setsockopt(descriptor_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on));
}

void Socket::end_sending() noexcept {
    static_cast<void>(::shutdown(descriptor_, SHUT_WR));
}

Socket::Endpoint Socket::local_endpoint(error_code& error) const noexcept {
    return endpoint_by(::getsockname, descriptor_, error);
}

Socket::Endpoint Socket::remote_endpoint(error_code& error) const noexcept {
    return endpoint_by(::getpeername, descriptor_, error);
}

}  // namespace sessgate::http
