#pragma once

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <cstring>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

struct Client {
    int socket = -1;
    std::string in;           ///< of a request that is not whole yet
    std::string out;          ///< answers that are still to be written
    std::size_t waiting = 0;  ///< requests whose answer comes later
    bool is_closed = false;   ///< gone once nothing waits
    bool is_blocked = false;  ///< waits until the socket takes more
};

/// One thread that reads what is there, has each request answered, and writes the answers of one read at once.
///
/// A Handler has `answer(client, head)`, which appends to `client.out` or counts up `client.waiting`; `ready()`, called
/// when the descriptor given to `watch` can be read; and `end_turn()`, after all that was ready at a time.
template <typename Handler>
class Loop {
public:
    Loop(int listener, Handler& handler) : listener_(listener), handler_(handler) { add(listener_, &listener_); }

    void watch(int descriptor) { add(descriptor, &watched_); }

    [[noreturn]] void run() {
        epoll_event events[128];
        for (;;) {
            const int count = ::epoll_wait(epoll_, events, 128, -1);
            for (int i = 0; i < count; ++i) handle(events[i]);
            handler_.end_turn();
        }
    }

    /// Writes what the client has in `out`.
    void flush(Client& client) {
        if (client.is_closed) return forget(client);
        if (client.out.empty()) return;
        const ssize_t sent = ::send(client.socket, client.out.data(), client.out.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
        if (sent < 0 && errno != EAGAIN) return close(client);
        if (sent > 0) client.out.erase(0, static_cast<std::size_t>(sent));
        block(client, !client.out.empty());
    }

private:
    void add(int descriptor, void* mark) {
        epoll_event event{};
        event.events = EPOLLIN;
        event.data.ptr = mark;
        ::epoll_ctl(epoll_, EPOLL_CTL_ADD, descriptor, &event);
    }

    void handle(const epoll_event& event) {
        if (event.data.ptr == &listener_) return accept();
        if (event.data.ptr == &watched_) return handler_.ready();
        Client& client = *static_cast<Client*>(event.data.ptr);
        if ((event.events & EPOLLOUT) != 0) flush(client);
        if (!client.is_closed && (event.events & ~std::uint32_t{EPOLLOUT}) != 0) read(client);
    }

    void accept() {
        for (;;) {
            const int socket = ::accept4(listener_, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
            if (socket < 0) return;
            const int on = 1;
            ::setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
            auto* client = new Client;  // forget() deletes it
            client->socket = socket;
            add(socket, client);
        }
    }

    void read(Client& client) {
        const std::size_t kept = client.in.copy(buffer_.data(), buffer_.size());
        const ssize_t size = ::recv(client.socket, buffer_.data() + kept, buffer_.size() - kept, 0);
        if (size < 0 && errno == EAGAIN) return;
        if (size <= 0) return close(client);
        std::string_view bytes(buffer_.data(), kept + static_cast<std::size_t>(size));
        while (const void* end = ::memmem(bytes.data(), bytes.size(), "\r\n\r\n", 4)) {
            const auto length = static_cast<std::size_t>(static_cast<const char*>(end) - bytes.data()) + 4;
            handler_.answer(client, bytes.substr(0, length));
            bytes.remove_prefix(length);
        }
        client.in = bytes;
        if (client.in.size() == buffer_.size()) return close(client);
        flush(client);
    }

    void block(Client& client, bool is_blocked) {
        if (client.is_blocked == is_blocked) return;
        client.is_blocked = is_blocked;
        epoll_event event{};
        event.events = is_blocked ? EPOLLIN | EPOLLOUT : EPOLLIN;
        event.data.ptr = &client;
        ::epoll_ctl(epoll_, EPOLL_CTL_MOD, client.socket, &event);
    }

    void close(Client& client) {
        ::close(client.socket);
        client.is_closed = true;
        forget(client);
    }

    static void forget(Client& client) {
        if (client.waiting == 0) delete &client;
    }

    int listener_;
    char watched_ = 0;  ///< its address marks the descriptor given to `watch`
    Handler& handler_;
    int epoll_ = ::epoll_create1(EPOLL_CLOEXEC);
    std::vector<char> buffer_ = std::vector<char>(64 * 1024);
};
