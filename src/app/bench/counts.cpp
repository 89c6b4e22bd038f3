#include "app/bench/counts.hpp"

#include <algorithm>

namespace sessgate::app::bench {

void Counts::add(const Counts& other) {
    latencies.add(other.latencies);
    for (std::size_t status = 0; status < statuses.size(); ++status) statuses[status] += other.statuses[status];
    in_time += other.in_time;
    bytes += other.bytes;
    connect_errors += other.connect_errors;
    lost += other.lost;
    malformed += other.malformed;
    unanswered += other.unanswered;
    reconnects += other.reconnects;
    cpu_share = std::max(cpu_share, other.cpu_share);
}

}  // namespace sessgate::app::bench
