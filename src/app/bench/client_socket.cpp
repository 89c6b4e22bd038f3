#include "app/bench/client_socket.hpp"

#include <netdb.h>
#include <netinet/tcp.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <memory>

namespace sessgate::app::bench {
namespace {

constexpr timeval patience{5, 0};

SocketAddress address_of(const UnixAddress& address) {
    SocketAddress found;
    sockaddr_un local{};
    local.sun_family = AF_UNIX;
    const std::string path = address.path.string();
    path.copy(local.sun_path, sizeof local.sun_path - 1);
    std::memcpy(&found.storage, &local, sizeof local);
    found.length = sizeof local;
    return found;
}

/// TCP's option is refused on a socket of the unix family, which does not need it.
void set_options(int descriptor) noexcept {
    const int on = 1;
    ::setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    ::setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    ::setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);  // of connect as well
}

}  // namespace

boost::system::result<SocketAddress, std::string> resolve(const ListenAddress& address) {
    if (const auto* local = std::get_if<UnixAddress>(&address)) return address_of(*local);

    const TcpAddress& tcp = std::get<TcpAddress>(address);
    addrinfo hints{};
    hints.ai_socktype = SOCK_STREAM;
    addrinfo* first = nullptr;
    const int error = ::getaddrinfo(tcp.host.c_str(), std::to_string(tcp.port).c_str(), &hints, &first);
    if (error != 0) return "there is no address for " + tcp.host + ": " + ::gai_strerror(error);
    const std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)> owner(first, &::freeaddrinfo);
    SocketAddress found;
    std::memcpy(&found.storage, first->ai_addr, first->ai_addrlen);
    found.length = first->ai_addrlen;
    return found;
}

ClientSocket& ClientSocket::operator=(ClientSocket&& other) noexcept {
    std::swap(descriptor_, other.descriptor_);
    return *this;
}

ClientSocket::~ClientSocket() {
    if (is_open()) ::close(descriptor_);
}

ClientSocket ClientSocket::opened(const SocketAddress& address, int flags) noexcept {
    ClientSocket socket(::socket(address.storage.ss_family, SOCK_STREAM | SOCK_CLOEXEC | flags, 0));
    if (!socket.is_open()) return socket;
    set_options(socket.descriptor());
    const auto* const generic = reinterpret_cast<const sockaddr*>(&address.storage);
    if (::connect(socket.descriptor(), generic, address.length) == 0) return socket;
    if ((flags & SOCK_NONBLOCK) != 0 && errno == EINPROGRESS) return socket;
    return {};
}

ClientSocket ClientSocket::connecting(const SocketAddress& address) noexcept {
    return opened(address, SOCK_NONBLOCK);
}

ClientSocket ClientSocket::connected(const SocketAddress& address) noexcept {
    return opened(address, 0);
}

ssize_t ClientSocket::send(std::string_view bytes) const noexcept {
    return ::send(descriptor_, bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
}

ssize_t ClientSocket::receive(char* begin, std::size_t size) const noexcept {
    return ::recv(descriptor_, begin, size, MSG_DONTWAIT);
}

ssize_t ClientSocket::wait_and_receive(char* begin, std::size_t size) const noexcept {
    return ::recv(descriptor_, begin, size, 0);
}

}  // namespace sessgate::app::bench
