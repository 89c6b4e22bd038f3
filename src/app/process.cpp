#include "app/process.hpp"

#include <sched.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>

namespace sessgate::app {
namespace {

/// Kept for the store, the listeners, the log, connections that are turned away, and the control port: without these
/// nobody could ask whether the sidecar is well, or revoke, while the data port is crowded.
constexpr rlim_t kept_descriptors = 64;

/// Its event loop's two epoll sets, timer and wake-up.
constexpr rlim_t kept_for_a_shard = 4;

constexpr std::size_t cores_max = 256;

rlim_t raised_descriptor_limit() noexcept {
    rlimit limit{};
    if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return 0;
    const rlimit raised{limit.rlim_max, limit.rlim_max};
    return ::setrlimit(RLIMIT_NOFILE, &raised) == 0 ? raised.rlim_cur : limit.rlim_cur;
}

}  // namespace

Environment environment_of_process() {
    Environment environment;
    for (char** entry = environ; *entry != nullptr; ++entry) {
        const std::string_view line(*entry);
        const auto equals = line.find('=');
        if (equals != std::string_view::npos) environment.emplace(line.substr(0, equals), line.substr(equals + 1));
    }
    return environment;
}

void outlive_log_reader() noexcept {
    std::signal(SIGPIPE, SIG_IGN);
}

void keep_memory_private() noexcept {
    const rlimit none{0, 0};
    ::setrlimit(RLIMIT_CORE, &none);
    ::prctl(PR_SET_DUMPABLE, 0);
}

std::size_t usable_cores() noexcept {
    cpu_set_t cores;
    CPU_ZERO(&cores);
    // Fails only on machines with more cores than the set has places for.
    if (::sched_getaffinity(0, sizeof cores, &cores) != 0) return cores_max;
    return std::clamp<std::size_t>(static_cast<std::size_t>(CPU_COUNT(&cores)), 1, cores_max);
}

std::size_t connections_within_limit(std::size_t wanted, std::size_t shards, ports::Log& log) noexcept {
    const rlim_t limit = raised_descriptor_limit();
    const rlim_t kept = kept_descriptors + shards * kept_for_a_shard;
    const rlim_t possible = limit > 2 * kept ? limit - kept : std::max<rlim_t>(limit / 2, 1);
    if (wanted <= possible) return wanted;
    log.write(ports::Level::warning, "connections_limited",
              {{"connections_max", static_cast<std::int64_t>(wanted)},
               {"possible", static_cast<std::int64_t>(possible)},
               {"descriptors", static_cast<std::int64_t>(limit)}});
    return possible;
}

}  // namespace sessgate::app
