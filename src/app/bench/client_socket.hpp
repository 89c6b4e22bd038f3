#pragma once

#include <sys/socket.h>

#include <boost/system/result.hpp>
#include <string>
#include <string_view>
#include <utility>

#include "sessgate/app/config.hpp"

namespace sessgate::app::bench {

/// A socket's address as the kernel wants it.
struct SocketAddress {
    sockaddr_storage storage{};
    socklen_t length = 0;
};

/// The first that the host's name stands for. An error is a sentence for a person.
boost::system::result<SocketAddress, std::string> resolve(const ListenAddress& address);

/// A connection's descriptor, closed with it.
class ClientSocket {
public:
    ClientSocket() = default;
    ClientSocket(ClientSocket&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}
    ClientSocket& operator=(ClientSocket&& other) noexcept;
    ~ClientSocket();

    // Both leave errno behind where there is no connection.

    /// Begins to connect, and waits for nothing.
    static ClientSocket connecting(const SocketAddress& address) noexcept;
    /// Waits until it is connected, five seconds at the most.
    static ClientSocket connected(const SocketAddress& address) noexcept;

    bool is_open() const noexcept { return descriptor_ >= 0; }
    int descriptor() const noexcept { return descriptor_; }

    // As ::send and ::recv. The first two wait for nothing, the last five seconds at the most.
    ssize_t send(std::string_view bytes) const noexcept;
    ssize_t receive(char* begin, std::size_t size) const noexcept;
    ssize_t wait_and_receive(char* begin, std::size_t size) const noexcept;

private:
    explicit ClientSocket(int descriptor) noexcept : descriptor_(descriptor) {}
    static ClientSocket opened(const SocketAddress& address, int flags) noexcept;

    int descriptor_ = -1;
};

}  // namespace sessgate::app::bench
