#pragma once

#include <optional>

#include "http/tls_stream.hpp"
#include "sessgate/http/socket.hpp"

namespace sessgate::http {

inline bool would_block(const boost::system::error_code& error) noexcept {
    return error == boost::asio::error::would_block || error == boost::asio::error::try_again;
}

/// The bytes of one connection: a socket's own, or those inside the TLS on it. Looks like the socket.
class Transport {
public:
    /// `tls`: nullptr for a port without.
    Transport(Socket socket, const TlsContext* tls) : socket_(std::move(socket)) {
        if (tls != nullptr) tls_.emplace(*tls, socket_.descriptor());
    }

    const Socket& socket() const noexcept { return socket_; }

    std::size_t read_some(boost::asio::mutable_buffer buffer, boost::system::error_code& error) {
        return tls_ ? tls_->read_some(buffer, error) : socket_.read_some(buffer, error);
    }

    std::size_t write_some(boost::asio::const_buffer buffer, boost::system::error_code& error) {
        return tls_ ? tls_->write_some(buffer, error) : socket_.write_some(buffer, error);
    }

    /// What the socket has to be ready for before what would have blocked can go on; `direction`: of that.
    Direction awaited(Direction direction) const noexcept { return tls_ ? tls_->awaited() : direction; }

    /// Whether there are bytes to read that no wait would tell of.
    bool has_unread() const noexcept { return tls_ && tls_->has_unread(); }

    /// Whether a read that would have blocked ended although there may be more.
    bool has_stopped_short() const noexcept { return tls_ && tls_->has_stopped_short(); }

    /// After this, what still comes is only to be thrown away, and is not deciphered.
    void end_sending() noexcept {
        if (tls_) tls_->end_sending();
        tls_.reset();
        socket_.end_sending();
    }

    bool is_tls() const noexcept { return tls_.has_value(); }
    bool has_client_certificate() const noexcept { return tls_ && tls_->has_client_certificate(); }

    /// Before the first byte, where `is_tls`.
    boost::system::error_code shake_hands() { return tls_->shake_hands(); }

private:
    Socket socket_;
    std::optional<TlsStream> tls_;
};

}  // namespace sessgate::http
