#pragma once

#include <optional>

#include "http/tls_stream.hpp"

namespace sessgate::http {

inline bool would_block(const boost::system::error_code& error) noexcept {
    return error == boost::asio::error::would_block || error == boost::asio::error::try_again;
}

/// The bytes of one connection: a non-blocking socket's own, or those inside the TLS on it. Looks like the socket.
class Transport {
public:
    /// `tls`: nullptr for a port without.
    Transport(Socket socket, const TlsContext* tls) : socket_(std::move(socket)) {
        boost::system::error_code ignored;
        socket_.non_blocking(true, ignored);
        if (tls != nullptr) tls_.emplace(*tls, socket_.native_handle());
    }

    const Socket& socket() const noexcept { return socket_; }
    auto get_executor() noexcept { return socket_.get_executor(); }
    void cancel() { socket_.cancel(); }

    std::size_t read_some(boost::asio::mutable_buffer buffer, boost::system::error_code& error) {
        return tls_ ? tls_->read_some(buffer, error) : socket_.read_some(buffer, error);
    }

    std::size_t write_some(boost::asio::const_buffer buffer, boost::system::error_code& error) {
        return tls_ ? tls_->write_some(buffer, error) : socket_.write_some(buffer, error);
    }

    /// Until what would have blocked can go on.
    template <typename Token>
    auto async_wait(Socket::wait_type type, Token&& token) {
        return socket_.async_wait(tls_ ? tls_->awaited() : type, std::forward<Token>(token));
    }

    /// Whether there are bytes to read that no wait would tell of.
    bool has_unread() const noexcept { return tls_ && tls_->has_unread(); }

    /// Only without TLS.
    template <typename Token>
    auto async_read_some(boost::asio::mutable_buffer buffer, Token&& token) {
        return socket_.async_read_some(buffer, std::forward<Token>(token));
    }

    /// After this, what still comes is only to be thrown away, and is not deciphered.
    void end_sending(boost::system::error_code& error) {
        if (tls_) tls_->end_sending();
        tls_.reset();
        socket_.shutdown(Socket::shutdown_send, error);
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
