#include "app/bench/report.hpp"

#include <spdlog/fmt/fmt.h>

#include <nlohmann/json.hpp>

#include "app/bench/drawing.hpp"

namespace sessgate::app::bench {
namespace {

struct Share {
    const char* name;
    double share;
};

constexpr Share quantiles[] = {{"p50", 0.5}, {"p90", 0.9}, {"p99", 0.99}, {"p99.9", 0.999}};

double seconds_of(const Load& load) {
    return std::chrono::duration<double>(load.duration).count();
}

double rate_of(const Load& load, const Counts& counts) {
    return static_cast<double>(counts.in_time) / seconds_of(load);
}

double microseconds(nanoseconds time) {
    return static_cast<double>(time.count()) / 1e3;
}

template <typename Take>
void each_status(const Counts& counts, Take take) {
    for (std::size_t status = 0; status < counts.statuses.size(); ++status) {
        if (counts.statuses[status] > 0) take(status, counts.statuses[status]);
    }
}

std::string line(const char* name, const std::string& value) {
    return fmt::format("{:<12}{}\n", name, value);
}

std::string statuses_line(const Counts& counts) {
    std::string list;
    each_status(counts, [&](std::size_t status, std::uint64_t count) {
        list += fmt::format("{}{}: {}", list.empty() ? "" : ", ", status, grouped(count));
    });
    return line("statuses", list.empty() ? "none" : list);
}

std::string errors_line(const Counts& counts) {
    std::string list;
    const auto add = [&](std::uint64_t count, const char* what) {
        if (count > 0) list += fmt::format("{}{} {}", list.empty() ? "" : ", ", grouped(count), what);
    };
    add(counts.connect_errors, "connections refused");
    add(counts.lost, "requests lost with their connection");
    add(counts.malformed, "answers not in HTTP");
    add(counts.unanswered, "requests without an answer at the end");
    return line("errors", list.empty() ? "none" : list);
}

std::string latency_lines(const Histogram& latencies) {
    std::string list;
    for (const Share& each : quantiles) {
        list += fmt::format("{} {}   ", each.name, short_text(latencies.quantile(each.share)));
    }
    return line("latency", list + "max " + short_text(latencies.max())) + "\n" + drawing_of(latencies);
}

using Json = nlohmann::ordered_json;

Json latencies_json(const Histogram& latencies) {
    return {{"min", microseconds(latencies.min())},          {"mean", microseconds(latencies.mean())},
            {"p50", microseconds(latencies.quantile(0.5))},  {"p90", microseconds(latencies.quantile(0.9))},
            {"p99", microseconds(latencies.quantile(0.99))}, {"p999", microseconds(latencies.quantile(0.999))},
            {"max", microseconds(latencies.max())}};
}

}  // namespace

std::string report_text(const Load& load, const Counts& counts) {
    std::string text = line("requests", grouped(counts.requests()));
    text += line("rate", grouped(static_cast<std::uint64_t>(rate_of(load, counts))) + "/s" +
                             (load.is_open_loop() ? fmt::format(" of {:.0f}/s", load.rate) : ""));
    text += statuses_line(counts) + errors_line(counts);
    text += line("client CPU", fmt::format("{:.0f} % of a core, the busiest thread", 100 * counts.cpu_share));
    return counts.latencies.count() == 0 ? text : text + latency_lines(counts.latencies);
}

std::string report_json(const std::string& url, const Load& load, const Counts& counts) {
    Json statuses = Json::object();
    each_status(counts, [&](std::size_t status, std::uint64_t count) { statuses[std::to_string(status)] = count; });
    Json histogram = Json::array();
    counts.latencies.each_bucket([&](nanoseconds end, std::uint64_t count) {
        histogram.push_back(Json::array({microseconds(end), count}));
    });
    const Json errors{{"connect", counts.connect_errors},
                      {"closed", counts.lost},
                      {"malformed", counts.malformed},
                      {"unanswered", counts.unanswered}};
    const Json report{{"url", url},
                      {"mode", load.is_open_loop() ? "open" : "closed"},
                      {"connections", load.connections},
                      {"pipeline", load.pipeline},
                      {"threads", load.threads},
                      {"rateWanted", load.rate},
                      {"seconds", seconds_of(load)},
                      {"requests", counts.requests()},
                      {"rate", rate_of(load, counts)},
                      {"bytes", counts.bytes},
                      {"statuses", statuses},
                      {"errors", errors},
                      {"reconnects", counts.reconnects},
                      {"latencyUs", latencies_json(counts.latencies)},
                      {"histogram", histogram},
                      {"clientCpu", counts.cpu_share}};
    return report.dump() + "\n";
}

}  // namespace sessgate::app::bench
