#include "http/tls_stream.hpp"

#include <openssl/err.h>
#include <openssl/ssl.h>

#include <boost/asio/error.hpp>
#include <limits>
#include <new>

namespace sessgate::http {

namespace asio = boost::asio;
using boost::system::error_code;

namespace {

/// Reads from the socket in one call, two for each record. OpenSSL itself goes on for as long as there is something
/// that is no data, such as key updates, of which a client may send millions; and nobody else has a turn meanwhile.
constexpr int reads_in_a_call = 32;
constexpr int any_number = std::numeric_limits<int>::max();

/// Called before and after each operation on the socket, with what it is to return.
long count_reads(BIO* socket, int operation, const char*, std::size_t, int, long, int result, std::size_t*) {
    if (operation != BIO_CB_READ) return result;
    int& left = *reinterpret_cast<int*>(BIO_get_callback_arg(socket));
    if (left-- > 0) return result;
    BIO_set_retry_read(socket);
    return -1;
}

}  // namespace

TlsStream::TlsStream(const TlsContext& context, int descriptor) : ssl_(SSL_new(context.handle())) {
    if (!ssl_ || SSL_set_fd(ssl_.get(), descriptor) != 1) throw std::bad_alloc();
    BIO* const socket = SSL_get_rbio(ssl_.get());
    BIO_set_callback_ex(socket, &count_reads);
    BIO_set_callback_arg(socket, reinterpret_cast<char*>(&reads_left_));
    SSL_set_accept_state(ssl_.get());
}

void TlsStream::Free::operator()(ssl_st* ssl) const noexcept {
    SSL_free(ssl);
}

// OpenSSL judges a result by what is in the thread's queue of errors, which other connections leave theirs in.

error_code TlsStream::shake_hands() {
    ERR_clear_error();
    reads_left_ = any_number;
    return error_of(SSL_do_handshake(ssl_.get()));
}

std::size_t TlsStream::read_some(asio::mutable_buffer buffer, error_code& error) {
    ERR_clear_error();
    reads_left_ = reads_in_a_call;
    std::size_t count = 0;
    error = error_of(SSL_read_ex(ssl_.get(), buffer.data(), buffer.size(), &count));
    return count;
}

std::size_t TlsStream::write_some(asio::const_buffer buffer, error_code& error) {
    ERR_clear_error();
    reads_left_ = any_number;
    std::size_t count = 0;
    error = error_of(SSL_write_ex(ssl_.get(), buffer.data(), buffer.size(), &count));
    return count;
}

bool TlsStream::has_unread() const noexcept {
    return SSL_has_pending(ssl_.get()) == 1;
}

void TlsStream::end_sending() noexcept {
    if (is_broken_ || !SSL_is_init_finished(ssl_.get())) return;
    ERR_clear_error();
    SSL_shutdown(ssl_.get());
}

bool TlsStream::has_client_certificate() const noexcept {
    return SSL_get0_peer_certificate(ssl_.get()) != nullptr && SSL_get_verify_result(ssl_.get()) == X509_V_OK;
}

error_code TlsStream::error_of(int result) {
    if (result == 1) return {};
    switch (SSL_get_error(ssl_.get(), result)) {
        case SSL_ERROR_WANT_READ:
            awaited_ = Direction::read;
            return asio::error::would_block;
        case SSL_ERROR_WANT_WRITE:
            awaited_ = Direction::write;
            return asio::error::would_block;
        case SSL_ERROR_ZERO_RETURN:
            return asio::error::eof;
        default:
            is_broken_ = true;
            return asio::error::connection_reset;
    }
}

}  // namespace sessgate::http
