#include "app/bench/worker.hpp"

#include <sys/prctl.h>
#include <unistd.h>

#include <algorithm>
#include <ctime>

namespace sessgate::app::bench {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t buffer_size = std::size_t{256} * 1024;
constexpr int events_max = 64;
constexpr nanoseconds longest_wait = 10ms;

/// The kernel wakes a thread up to 50 µs late unless it is told otherwise, and an open loop would count that as
/// waiting.
void be_woken_in_time() noexcept {
    ::prctl(PR_SET_TIMERSLACK, 1, 0, 0, 0);
}

nanoseconds cpu_time() noexcept {
    timespec used{};
    ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &used);
    return std::chrono::seconds(used.tv_sec) + nanoseconds(used.tv_nsec);
}

std::size_t share_of(const Load& load, std::size_t number) {
    return load.connections / load.threads + (number < load.connections % load.threads ? 1 : 0);
}

}  // namespace

Worker::Worker(const Load& load, const Requests& requests, const SocketAddress& address, std::size_t number)
    : load_(load),
      requests_(requests),
      address_(address),
      number_(number),
      epoll_(::epoll_create1(EPOLL_CLOEXEC)),
      buffer_(buffer_size),
      schedule_(TimePoint{}, load) {
    const std::size_t count = share_of(load, number);
    connections_.reserve(count);
    for (std::size_t i = 0; i < count; ++i) connections_.emplace_back(load.pipeline);
}

Worker::~Worker() {
    ::close(epoll_);
}

bool Worker::connect() {
    for (Connection& connection : connections_) {
        ClientSocket socket = ClientSocket::connected(address_);
        if (!socket.is_open()) return false;
        begin(connection, std::move(socket));
    }
    return true;
}

void Worker::run(const Schedule& schedule) {
    schedule_ = schedule;
    pace_ = Pace(schedule.begin, load_, number_);
    be_woken_in_time();

    run_until(schedule.measured_from);
    const nanoseconds cpu_before = cpu_time();
    run_until(schedule.measured_until);
    counts_.cpu_share = static_cast<double>((cpu_time() - cpu_before).count()) /
                        static_cast<double>(nanoseconds(load_.duration).count());
    run_until(schedule.given_up_at);
    give_up();
}

void Worker::run_until(TimePoint end) {
    for (TimePoint now = Clock::now(); now < end && !is_done(now); now = Clock::now()) {
        reconnect_broken(now);
        ask_due(now);
        wait(now);
    }
}

bool Worker::is_done(TimePoint now) const noexcept {
    return under_way_ == 0 && next_due(now) == TimePoint::max();
}

TimePoint Worker::next_due(TimePoint now) const noexcept {
    const TimePoint due = load_.is_open_loop() ? pace_.due(next_request_) : now;
    return due < schedule_.measured_until ? due : TimePoint::max();
}

void Worker::ask_due(TimePoint now) {
    while (!ready_.empty() && next_due(now) <= now) {
        Connection& connection = *ready_.front();
        ready_.pop_front();
        connection.ask(requests_, next_request_ * load_.threads + number_, next_due(now));
        ++next_request_;
        ++under_way_;
        if (asked_.empty() || asked_.back() != &connection) asked_.push_back(&connection);
        if (connection.has_room()) ready_.push_back(&connection);
    }
    for (Connection* connection : asked_) send(*connection);
    asked_.clear();
}

void Worker::wait(TimePoint now) {
    nanoseconds patience = longest_wait;
    if (!ready_.empty()) patience = std::clamp<nanoseconds>(next_due(now) - now, 0ns, longest_wait);
    const timespec timeout{0, patience.count()};
    epoll_event events[events_max];
    const int count = ::epoll_pwait2(epoll_, events, events_max, &timeout, nullptr);
    for (int i = 0; i < count; ++i) handle(events[i]);
}

void Worker::handle(const epoll_event& event) {
    Connection& connection = *static_cast<Connection*>(event.data.ptr);
    if ((event.events & EPOLLOUT) != 0) send(connection);
    if (!connection.is_open() || (event.events & ~std::uint32_t{EPOLLOUT}) == 0) return;

    const bool had_room = connection.has_room();
    TimePoint now{};
    const auto take_one = [&](const Answer& answer, TimePoint since) {
        if (now == TimePoint{}) now = Clock::now();
        take(answer, since, now);
    };
    const Standing standing = connection.receive(buffer_, take_one);
    if (standing != Standing::open) return end(connection, standing);
    if (!had_room && connection.has_room()) {
        ready_.push_back(&connection);
        ask_due(now);
    }
}

void Worker::take(const Answer& answer, TimePoint since, TimePoint now) {
    --under_way_;
    answered_.store(answered_.load(std::memory_order_relaxed) + 1, std::memory_order_relaxed);
    const bool is_in_time = schedule_.measures(now);
    if (is_in_time) ++counts_.in_time;
    if (!(load_.is_open_loop() ? schedule_.measures(since) : is_in_time)) return;
    counts_.latencies.add(now - since);
    ++counts_.statuses[std::min<std::size_t>(answer.status, counts_.statuses.size() - 1)];
    counts_.bytes += answer.size;
}

void Worker::give_up() {
    const TimePoint now = Clock::now();
    for (Connection& connection : connections_) {
        connection.give_up([&](TimePoint since) { count_unanswered(since, now); });
    }
    if (!load_.is_open_loop()) return;
    for (; next_due(now) != TimePoint::max(); ++next_request_) count_unanswered(next_due(now), now);
}

/// It waited at least until now. In a closed loop it counts whenever it was sent: nothing was measured since.
void Worker::count_unanswered(TimePoint since, TimePoint now) {
    if (load_.is_open_loop() && !schedule_.measures(since)) return;
    counts_.latencies.add(now - since);
    ++counts_.unanswered;
}

}  // namespace sessgate::app::bench
