#pragma once

#include <sys/epoll.h>

#include <atomic>
#include <deque>
#include <optional>

#include "app/bench/connection.hpp"
#include "app/bench/counts.hpp"

namespace sessgate::app::bench {

/// One thread of the load, with its share of the connections. Everything but `answered` belongs to the thread that
/// calls it.
class Worker {
public:
    /// `number`: of this thread, from 0. What is referred to must outlive the worker.
    Worker(const Load& load, const Requests& requests, const SocketAddress& address, std::size_t number);
    Worker(const Worker&) = delete;
    Worker& operator=(const Worker&) = delete;
    ~Worker();

    /// Opens its connections, before `run`. False: errno tells why one of them could not be opened.
    bool connect();

    void run(const Schedule& schedule);

    /// After `run`.
    const Counts& counts() const noexcept { return counts_; }

    /// Answers so far; any thread may ask.
    std::uint64_t answered() const noexcept { return answered_.load(std::memory_order_relaxed); }

private:
    struct Broken {
        Connection* connection;
        TimePoint retried_at;
    };

    void run_until(TimePoint end);
    bool is_done(TimePoint now) const noexcept;
    TimePoint next_due(TimePoint now) const noexcept;
    void ask_due(TimePoint now);
    void wait(TimePoint now);
    void handle(const epoll_event& event);
    void take(const Answer& answer, TimePoint since, TimePoint now);
    void give_up();
    void count_unanswered(TimePoint since, TimePoint now);

    void begin(Connection& connection, ClientSocket socket);
    void send(Connection& connection);
    void end(Connection& connection, Standing standing);
    void reconnect(Connection& connection);
    void reconnect_broken(TimePoint now);

    const Load& load_;
    const Requests& requests_;
    const SocketAddress& address_;
    std::size_t number_;
    int epoll_;
    std::vector<Connection> connections_;
    std::vector<char> buffer_;
    Schedule schedule_;
    Pace pace_;
    std::uint64_t next_request_ = 0;
    std::size_t under_way_ = 0;
    std::deque<Connection*> ready_;   ///< with room for a request, each of them once
    std::vector<Connection*> asked_;  ///< with something to send
    std::deque<Broken> broken_;
    Counts counts_;
    std::atomic<std::uint64_t> answered_ = 0;
};

}  // namespace sessgate::app::bench
