#include "app/listening.hpp"

#include <fcntl.h>
#include <sys/socket.h>

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/local/stream_protocol.hpp>

#include "sessgate/http/endpoint_cast.hpp"

namespace sessgate::app {

namespace asio = boost::asio;
using boost::system::error_code;

namespace {

http::Endpoint endpoint_of(asio::io_context& context, const ListenAddress& address, error_code& error) {
    if (const auto* local = std::get_if<UnixAddress>(&address)) {
        return asio::local::stream_protocol::endpoint(local->path.string());
    }
    const auto& tcp = std::get<TcpAddress>(address);
    asio::ip::tcp::resolver resolver(context);
    const auto found = resolver.resolve(tcp.host, std::to_string(tcp.port), asio::ip::tcp::resolver::passive, error);
    if (error) return {};
    return found.begin()->endpoint();
}

int socket_option(int descriptor, int option) {
    int value = 0;
    socklen_t length = sizeof value;
    return ::getsockopt(descriptor, SOL_SOCKET, option, &value, &length) == 0 ? value : -1;
}

bool is_listening_stream(int descriptor) {
    return socket_option(descriptor, SO_TYPE) == SOCK_STREAM && socket_option(descriptor, SO_ACCEPTCONN) == 1;
}

}  // namespace

boost::system::result<http::Acceptor, std::string> listen_on(asio::io_context& context, const ListenAddress& address,
                                                             unsigned file_mode) {
    error_code error;
    const http::Endpoint endpoint = endpoint_of(context, address, error);
    if (!error) {
        auto acceptor = http::listen_on(context, endpoint, file_mode);
        if (acceptor) return std::move(*acceptor);
        error = acceptor.error();
    }
    return "cannot listen on " + to_text(address) + ": " + error.message();
}

boost::system::result<http::ListeningSocket, std::string> take_over(asio::io_context& context, int descriptor) {
    const std::string what = "file descriptor " + std::to_string(descriptor) + " from the service manager";
    if (!is_listening_stream(descriptor)) return what + " is no stream socket that listens";
    ::fcntl(descriptor, F_SETFD, FD_CLOEXEC);
    http::Acceptor acceptor(context.get_executor());
    error_code error;
    acceptor.assign({socket_option(descriptor, SO_DOMAIN), 0}, descriptor, error);
    if (error) return "cannot use " + what + ": " + error.message();
    return http::ListeningSocket{std::move(acceptor), false};
}

ListenAddress address_of(const http::Endpoint& endpoint) {
    if (endpoint.protocol().family() == AF_UNIX) {
        return UnixAddress{http::endpoint_cast<asio::local::stream_protocol::endpoint>(endpoint).path()};
    }
    const auto tcp = http::endpoint_cast<asio::ip::tcp::endpoint>(endpoint);
    return TcpAddress{tcp.address().to_string(), tcp.port()};
}

}  // namespace sessgate::app
