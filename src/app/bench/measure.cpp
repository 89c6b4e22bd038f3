#include "app/bench/measure.hpp"

#include <sys/resource.h>

#include <barrier>
#include <cerrno>
#include <latch>
#include <memory>
#include <optional>
#include <system_error>
#include <thread>

#include "app/bench/worker.hpp"

namespace sessgate::app::bench {
namespace {

using Workers = std::vector<std::unique_ptr<Worker>>;

constexpr auto tell_every = std::chrono::milliseconds(200);

void allow_many_files() noexcept {
    rlimit files{};
    ::getrlimit(RLIMIT_NOFILE, &files);
    files.rlim_cur = files.rlim_max;
    ::setrlimit(RLIMIT_NOFILE, &files);
}

std::string why_not_connected() {
    const int error = errno;
    const std::string reason = std::generic_category().message(error);
    return error == EMFILE ? "not so many connections can be open at a time: raise `ulimit -n` (" + reason + ")"
                           : "a connection could not be opened: " + reason;
}

Workers workers_for(const Load& load, const Requests& requests, const SocketAddress& address) {
    Workers workers;
    for (std::size_t i = 0; i < load.threads; ++i) {
        workers.push_back(std::make_unique<Worker>(load, requests, address, i));
    }
    return workers;
}

void tell_until_the_end(const Schedule& schedule, const Workers& workers,
                        const std::function<void(const Passed&)>& tell) {
    for (TimePoint now = Clock::now(); now < schedule.measured_until; now = Clock::now()) {
        std::uint64_t answers = 0;
        for (const auto& worker : workers) answers += worker->answered();
        tell({now - schedule.begin, answers});
        std::this_thread::sleep_until(std::min<TimePoint>(now + tell_every, schedule.measured_until));
    }
}

}  // namespace

boost::system::result<Counts, std::string> measure(const Load& load, const Requests& requests,
                                                   const SocketAddress& address,
                                                   const std::function<void(const Passed&)>& tell) {
    allow_many_files();
    const Workers workers = workers_for(load, requests, address);
    for (const auto& worker : workers) {
        if (!worker->connect()) return why_not_connected();
    }

    // A busy machine may be slow to start threads: their time begins when all of them run.
    std::optional<Schedule> schedule;
    std::latch is_begun(1);
    std::barrier together(static_cast<std::ptrdiff_t>(load.threads), [&]() noexcept {
        schedule.emplace(Clock::now(), load);
        is_begun.count_down();
    });
    std::vector<std::jthread> threads;
    for (const auto& worker : workers) {
        threads.emplace_back([&] {
            together.arrive_and_wait();
            worker->run(*schedule);
        });
    }
    is_begun.wait();
    tell_until_the_end(*schedule, workers, tell);
    for (std::jthread& thread : threads) thread.join();

    Counts counts;
    for (const auto& worker : workers) counts.add(worker->counts());
    return counts;
}

}  // namespace sessgate::app::bench
