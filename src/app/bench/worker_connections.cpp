// How a worker's connections begin, send and end.

#include <algorithm>

#include "app/bench/worker.hpp"

namespace sessgate::app::bench {
namespace {

constexpr auto retry_after = std::chrono::milliseconds(100);

}  // namespace

void Worker::begin(Connection& connection, ClientSocket socket) {
    connection.use(std::move(socket));
    epoll_event event{.events = EPOLLIN, .data = {.ptr = &connection}};
    ::epoll_ctl(epoll_, EPOLL_CTL_ADD, connection.descriptor(), &event);
    ready_.push_back(&connection);
}

void Worker::send(Connection& connection) {
    if (!connection.has_unsent()) return;
    if (!connection.send()) return end(connection, Standing::broken);
    if (connection.has_unsent() == connection.is_blocked()) return;

    // It is still connecting, or the server does not read; or that is over.
    connection.set_blocked(connection.has_unsent());
    const std::uint32_t events = connection.is_blocked() ? EPOLLIN | EPOLLOUT : EPOLLIN;
    epoll_event event{.events = events, .data = {.ptr = &connection}};
    ::epoll_ctl(epoll_, EPOLL_CTL_MOD, connection.descriptor(), &event);
}

void Worker::end(Connection& connection, Standing standing) {
    const TimePoint now = Clock::now();
    const bool never_answered = !connection.has_answered();
    if (now >= schedule_.measured_from) {
        if (standing == Standing::malformed) ++counts_.malformed;
        if (standing == Standing::broken && never_answered) ++counts_.connect_errors;
        counts_.lost += connection.under_way();
    }
    under_way_ -= connection.under_way();
    std::erase(ready_, &connection);
    connection.use({});
    if (never_answered) {
        broken_.push_back({&connection, now + retry_after});
    } else {
        reconnect(connection);
    }
}

void Worker::reconnect(Connection& connection) {
    const TimePoint now = Clock::now();
    const bool counts = now >= schedule_.measured_from;
    if (counts) ++counts_.reconnects;
    ClientSocket socket = ClientSocket::connecting(address_);
    if (socket.is_open()) return begin(connection, std::move(socket));
    if (counts) ++counts_.connect_errors;
    broken_.push_back({&connection, now + retry_after});
}

void Worker::reconnect_broken(TimePoint now) {
    while (!broken_.empty() && broken_.front().retried_at <= now) {
        Connection& connection = *broken_.front().connection;
        broken_.pop_front();
        reconnect(connection);
    }
}

}  // namespace sessgate::app::bench
