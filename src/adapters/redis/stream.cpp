#include "adapters/redis/stream.hpp"

#include <netinet/tcp.h>
#include <openssl/ssl.h>

#include <array>
#include <boost/asio/buffer.hpp>
#include <boost/asio/connect.hpp>
#include <boost/asio/generic/stream_protocol.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/ssl/host_name_verification.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/write.hpp>
#include <optional>
#include <vector>

#include "sessgate/ports/async.hpp"

namespace sessgate::adapters::redis {

namespace asio = boost::asio;
using boost::system::error_code;

namespace {

using Socket = asio::basic_stream_socket<asio::generic::stream_protocol, ports::Executor>;
using Endpoint = asio::generic::stream_protocol::endpoint;
using Resolver = asio::ip::basic_resolver<asio::ip::tcp, ports::Executor>;
using TlsSocket = asio::ssl::stream<Socket>;

/// A peer that acknowledges nothing for so long is gone, also when no reply is waited for.
constexpr unsigned unacknowledged_ms_max = 2000;
constexpr std::size_t read_size = std::size_t{16} * 1024;

void set_options(Socket& socket) {
    error_code ignored;
    if (socket.local_endpoint(ignored).protocol().family() == AF_UNIX) return;
    socket.set_option(asio::ip::tcp::no_delay(true), ignored);
    socket.set_option(asio::socket_base::keep_alive(true), ignored);
    const int handle = socket.native_handle();
    ::setsockopt(handle, IPPROTO_TCP, TCP_USER_TIMEOUT, &unacknowledged_ms_max, sizeof unacknowledged_ms_max);
}

/// What both kinds share. The handlers keep the stream alive; the owner is forgotten when it closes.
template <typename Layer>
class StreamOn final : public Stream, public std::enable_shared_from_this<StreamOn<Layer>> {
public:
    template <typename... LayerArguments>
    StreamOn(asio::io_context& context, const Address& address, StreamOwner& owner, LayerArguments&... arguments)
        : address_(address), owner_(&owner), resolver_(context.get_executor()), layer_(context, arguments...) {}

    void connect() override {
        if (address_.host.empty()) return try_next({asio::local::stream_protocol::endpoint(address_.path)}, 0);
        error_code error;
        const auto ip = asio::ip::make_address(address_.host, error);
        if (!error) return try_next({asio::ip::tcp::endpoint(ip, address_.port)}, 0);
        resolver_.async_resolve(
            address_.host, std::to_string(address_.port),
            [self = this->shared_from_this()](const error_code& failed, const Resolver::results_type& found) {
                if (failed) return self->broken(failed);
                std::vector<Endpoint> endpoints;
                for (const auto& entry : found) endpoints.emplace_back(entry.endpoint());
                self->try_next(std::move(endpoints), 0);
            });
    }

    void write(std::string& bytes) override {
        output_.swap(bytes);
        bytes.clear();
        asio::async_write(layer_, asio::buffer(output_),
                          [self = this->shared_from_this()](const error_code& error, std::size_t) {
                              if (error) return self->broken(error);
                              if (self->owner_) self->owner_->on_written();
                          });
    }

    void close() noexcept override {
        owner_ = nullptr;
        error_code ignored;
        resolver_.cancel();
        socket().close(ignored);
    }

private:
    Socket& socket() noexcept {
        if constexpr (std::is_same_v<Layer, Socket>) {
            return layer_;
        } else {
            return layer_.next_layer();
        }
    }

    void try_next(std::vector<Endpoint> endpoints, std::size_t index) {
        if (!owner_) return;
        const Endpoint endpoint = endpoints[index];
        error_code ignored;
        socket().close(ignored);
        socket().async_connect(endpoint, [self = this->shared_from_this(), endpoints = std::move(endpoints),
                                          index](const error_code& error) mutable {
            if (!error) return self->reached();
            if (index + 1 == endpoints.size()) return self->broken(error);
            self->try_next(std::move(endpoints), index + 1);
        });
    }

    void reached() {
        if (!owner_) return;
        set_options(socket());
        if constexpr (std::is_same_v<Layer, Socket>) {
            usable();
        } else {
            ask_for_server_name();
            layer_.async_handshake(asio::ssl::stream_base::client,
                                   [self = this->shared_from_this()](const error_code& error) {
                                       if (error) return self->broken(error);
                                       self->usable();
                                   });
        }
    }

    void ask_for_server_name() {
        layer_.set_verify_callback(asio::ssl::host_name_verification(address_.host));
        error_code not_an_ip;
        asio::ip::make_address(address_.host, not_an_ip);
        // RFC 6066, 3: the field holds names, never addresses.
        if (!not_an_ip) return;
        ::SSL_ctrl(layer_.native_handle(), SSL_CTRL_SET_TLSEXT_HOSTNAME, TLSEXT_NAMETYPE_host_name,
                   address_.host.data());
    }

    void usable() {
        if (!owner_) return;
        read();
        owner_->on_connected();
    }

    void read() {
        layer_.async_read_some(asio::buffer(input_),
                               [self = this->shared_from_this()](const error_code& error, std::size_t size) {
                                   if (error) return self->broken(error);
                                   if (self->owner_) self->owner_->on_bytes({self->input_.data(), size});
                                   if (self->owner_) self->read();
                               });
    }

    void broken(const error_code& error) {
        if (auto* const owner = std::exchange(owner_, nullptr)) owner->on_broken(error);
    }

    Address address_;
    StreamOwner* owner_;
    Resolver resolver_;
    Layer layer_;
    std::string output_;
    std::array<char, read_size> input_{};
};

}  // namespace

std::string to_text(const Address& address) {
    if (address.host.empty()) return "unix:" + address.path;
    const bool is_v6 = address.host.find(':') != std::string::npos;
    return (is_v6 ? "[" + address.host + "]" : address.host) + ":" + std::to_string(address.port);
}

std::shared_ptr<Stream> make_stream(asio::io_context& context, const Address& address, asio::ssl::context* tls,
                                    StreamOwner& owner) {
    if (tls != nullptr) return std::make_shared<StreamOn<TlsSocket>>(context, address, owner, *tls);
    return std::make_shared<StreamOn<Socket>>(context, address, owner);
}

}  // namespace sessgate::adapters::redis
