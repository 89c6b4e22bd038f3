#include "app/bench/drawing.hpp"

#include <spdlog/fmt/fmt.h>

#include <algorithm>

namespace sessgate::app::bench {
namespace {

constexpr std::uint64_t bar_width = 50;

/// Where rows end within each power of ten, so that they look equally high on a logarithmic scale.
constexpr std::int64_t round_steps[] = {10, 15, 20, 30, 50, 70};

struct Row {
    nanoseconds end{};
    std::uint64_t count = 0;
};

/// Rows for latencies up to the slowest; those before the quickest are empty.
std::vector<Row> empty_rows(nanoseconds slowest) {
    std::vector<Row> rows;
    for (std::int64_t power = 1; rows.empty() || rows.back().end < slowest; power *= 10) {
        for (const std::int64_t step : round_steps) rows.push_back({nanoseconds(step * power)});
    }
    return rows;
}

/// A bucket may reach over the end of its row; it counts where it ends.
std::vector<Row> rows_of(const Histogram& latencies) {
    std::vector<Row> rows = empty_rows(latencies.quantile(1));
    latencies.each_bucket([&](nanoseconds end, std::uint64_t count) {
        const nanoseconds within = std::min(end, latencies.max());
        std::ranges::find_if(rows, [&](const Row& row) { return within <= row.end; })->count += count;
    });
    return rows;
}

std::string bar(std::uint64_t count, std::uint64_t most) {
    if (count == 0) return "";
    // The few that take longest matter, and stay visible.
    return std::string(std::max<std::uint64_t>(count * bar_width / most, 1), '#');
}

}  // namespace

std::string grouped(std::uint64_t number) {
    std::string text = std::to_string(number);
    for (std::size_t at = text.size(); at > 3; at -= 3) text.insert(at - 3, 1, ',');
    return text;
}

std::string short_text(nanoseconds time) {
    double value = static_cast<double>(time.count()) / 1e3;
    const char* unit = "µs";
    for (const char* larger : {"ms", "s"}) {
        if (value < 999.5) break;
        value /= 1e3;
        unit = larger;
    }
    const int digits = value < 9.995 ? 2 : value < 99.95 ? 1 : 0;
    return fmt::format("{:.{}f} {}", value, digits, unit);
}

std::string drawing_of(const Histogram& latencies) {
    const std::vector<Row> rows = rows_of(latencies);
    const auto has_some = [](const Row& row) { return row.count > 0; };
    const auto first = std::ranges::find_if(rows, has_some);
    const auto last = std::ranges::find_if(rows.rbegin(), rows.rend(), has_some).base();
    const std::uint64_t most = std::ranges::max_element(rows, {}, &Row::count)->count;
    std::string out;
    for (auto row = first; row < last; ++row) {
        out += fmt::format("{:>9}  {:>6.2f} %  {:>13}  {}\n", short_text(row->end),
                           100.0 * static_cast<double>(row->count) / static_cast<double>(latencies.count()),
                           grouped(row->count), bar(row->count, most));
    }
    return out;
}

}  // namespace sessgate::app::bench
