#include "listening.hpp"

#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <iterator>

namespace {

struct Address {
    sockaddr_storage storage{};
    socklen_t length = 0;

    sockaddr* generic() { return reinterpret_cast<sockaddr*>(&storage); }
};

[[noreturn]] void fail(const std::string& what) {
    std::perror(what.c_str());
    std::exit(1);
}

bool is_unix(const std::string& address) {
    return address.rfind("unix:", 0) == 0;
}

Address parsed(const std::string& text) {
    Address address;
    if (is_unix(text)) {
        sockaddr_un local{};
        local.sun_family = AF_UNIX;
        text.copy(local.sun_path, sizeof local.sun_path - 1, 5);
        std::memcpy(&address.storage, &local, sizeof local);
        address.length = sizeof local;
        return address;
    }
    const auto colon = text.rfind(':');
    sockaddr_in tcp{};
    tcp.sin_family = AF_INET;
    tcp.sin_port = htons(static_cast<in_port_t>(std::atoi(text.c_str() + colon + 1)));
    ::inet_pton(AF_INET, text.substr(0, colon).c_str(), &tcp.sin_addr);
    std::memcpy(&address.storage, &tcp, sizeof tcp);
    address.length = sizeof tcp;
    return address;
}

void tell(int listener, const std::string& address) {
    sockaddr_in bound{};
    socklen_t length = sizeof bound;
    ::getsockname(listener, reinterpret_cast<sockaddr*>(&bound), &length);
    const std::string port = is_unix(address) ? "" : std::to_string(ntohs(bound.sin_port));
    const std::string host = is_unix(address) ? address : address.substr(0, address.rfind(':') + 1);
    std::printf("listening %s%s\n", host.c_str(), port.c_str());
    std::fflush(stdout);
}

}  // namespace

int listen_at(const std::string& address) {
    Address wanted = parsed(address);
    const int on = 1;
    const int listener = ::socket(wanted.storage.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    ::setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (::bind(listener, wanted.generic(), wanted.length) != 0) fail("bind " + address);
    if (::listen(listener, SOMAXCONN) != 0) fail("listen " + address);
    tell(listener, address);
    return listener;
}

int connect_to(const std::string& address) {
    Address wanted = parsed(address);
    const int on = 1;
    const int socket = ::socket(wanted.storage.ss_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
    ::setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    if (::connect(socket, wanted.generic(), wanted.length) != 0) fail("connect " + address);
    return socket;
}

std::string text_of(const char* file) {
    std::ifstream in(file, std::ios::binary);
    if (!in) fail(file);
    return {std::istreambuf_iterator<char>(in), {}};
}
