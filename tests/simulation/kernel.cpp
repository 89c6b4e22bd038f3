#include "tests/simulation/kernel.hpp"

#include <sys/epoll.h>
#include <sys/syscall.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <ctime>

using sessgate::simulation::kernel;

extern "C" {

int clock_gettime(clockid_t clock, timespec* time) noexcept {
    const auto told = clock == CLOCK_BOOTTIME ? kernel().now : kernel().now - kernel().suspended;
    const auto seconds = std::chrono::floor<std::chrono::seconds>(told);
    time->tv_sec = seconds.count();
    time->tv_nsec = (told - seconds).count();
    return 0;
}

/// Without it Asio asks the clock, and tells epoll_wait how long its first timer takes.
int timerfd_create(clockid_t, int) noexcept {
    errno = EMFILE;
    return -1;
}

int epoll_ctl(int, int, int, epoll_event*) noexcept {
    return 0;
}

/// No descriptor is ever ready: bytes come from the simulated network.
int epoll_wait(int, epoll_event*, int, int timeout_ms) {
    if (timeout_ms != 0) kernel().on_idle(std::chrono::milliseconds(timeout_ms));
    return 0;
}

ssize_t getrandom(void* out, std::size_t size, unsigned) {
    auto* bytes = static_cast<unsigned char*>(out);
    for (std::size_t i = 0; i < size; ++i) bytes[i] = static_cast<unsigned char>(kernel().chance->next());
    return static_cast<ssize_t>(size);
}

}  // extern "C"

namespace sessgate::simulation {

double real_seconds() noexcept {
    timespec time{};
    ::syscall(SYS_clock_gettime, CLOCK_MONOTONIC, &time);
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) / 1e9;
}

}  // namespace sessgate::simulation
