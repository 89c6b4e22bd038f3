#include "http/arrivals.hpp"

#include <sys/epoll.h>

#include <array>
#include <boost/asio/post.hpp>
#include <boost/system/system_error.hpp>
#include <cerrno>

namespace sessgate::http {
namespace {

/// What does not fit is collected in the turn after this one.
constexpr std::size_t collected_at_once = 128;

constexpr std::uint32_t readable = EPOLLIN | EPOLLPRI | EPOLLRDHUP | EPOLLET;

/// A broken connection says so to whoever reads or writes.
Arrivals::News news_of(std::uint32_t events) noexcept {
    constexpr std::uint32_t broken = EPOLLERR | EPOLLHUP;
    return {(events & (EPOLLIN | EPOLLRDHUP | broken)) != 0, (events & (EPOLLOUT | broken)) != 0,
            (events & (EPOLLPRI | EPOLLRDHUP | broken)) != 0};
}

int checked(int result) {
    if (result < 0) throw boost::system::system_error(errno, boost::system::system_category(), "epoll");
    return result;
}

}  // namespace

Arrivals::Arrivals(boost::asio::io_context& context)
    : context_(context), set_(context.get_executor(), checked(::epoll_create1(EPOLL_CLOEXEC))) {
    collect();
}

void Arrivals::add(const Socket& socket, Watcher& watcher) {
    control(EPOLL_CTL_ADD, socket, watcher, readable);
}

void Arrivals::remove(const Socket& socket) noexcept {
    static_cast<void>(::epoll_ctl(set_.native_handle(), EPOLL_CTL_DEL, socket.descriptor(), nullptr));
}

void Arrivals::watch_room(const Socket& socket, Watcher& watcher, bool watches) {
    control(EPOLL_CTL_MOD, socket, watcher, watches ? readable | EPOLLOUT : readable);
}

void Arrivals::control(int operation, const Socket& socket, Watcher& watcher, std::uint32_t events) {
    epoll_event event{};
    event.events = events;
    event.data.ptr = &watcher;
    checked(::epoll_ctl(set_.native_handle(), operation, socket.descriptor(), &event));
}

/// As long as there is something, the set is asked in each turn, after those that it told of; then it is waited for.
void Arrivals::collect() {
    std::array<epoll_event, collected_at_once> events;
    const int count = ::epoll_wait(set_.native_handle(), events.data(), static_cast<int>(events.size()), 0);
    for (int i = 0; i < count; ++i) {
        const epoll_event& event = events[static_cast<std::size_t>(i)];
        static_cast<Watcher*>(event.data.ptr)->on_ready(news_of(event.events));
    }
    if (count > 0) return boost::asio::post(context_, [this] { collect(); });
    set_.async_wait(boost::asio::posix::descriptor_base::wait_read, [this](const boost::system::error_code& error) {
        if (!error) collect();
    });
}

}  // namespace sessgate::http
