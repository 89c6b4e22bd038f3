#include "http/exposition.hpp"

#include <prometheus/metric_family.h>
#include <prometheus/text_serializer.h>

namespace sessgate::http {

using ports::Metric;
using prometheus::ClientMetric;
using prometheus::MetricFamily;
using prometheus::MetricType;

namespace {

using Families = std::vector<MetricFamily>;
using Numbers = std::vector<std::uint64_t>;

constexpr double nanoseconds_per_second = 1e9;
constexpr double microseconds_per_second = 1e6;

/// A metric of more numbers than this is shown in the parts that were used.
constexpr std::size_t shown_whole_max = 32;

MetricType type_of(Metric::Kind kind) noexcept {
    switch (kind) {
        case Metric::Kind::counter:
            return MetricType::Counter;
        case Metric::Kind::gauge:
            return MetricType::Gauge;
        case Metric::Kind::histogram:
            break;
    }
    return MetricType::Histogram;
}

/// The values of a metric's labels in its combination number `index`; the last label's go round first.
std::vector<ClientMetric::Label> labels_at(const Metric& metric, std::size_t index) {
    std::vector<ClientMetric::Label> labels(metric.labels.size());
    for (std::size_t i = labels.size(); i-- > 0; index /= metric.labels[i].values.size()) {
        const ports::Label& label = metric.labels[i];
        labels[i] = {std::string(label.name), std::string(label.values[index % label.values.size()])};
    }
    return labels;
}

void fill_histogram(ClientMetric& to, std::span<const std::uint64_t> numbers) {
    std::uint64_t sum = 0;
    for (std::size_t i = 0; i <= ports::histogram_bounds.size(); ++i) {
        sum += numbers[i];
        const bool is_last = i == ports::histogram_bounds.size();
        const double bound = is_last ? std::numeric_limits<double>::infinity()
                                     : static_cast<double>(ports::histogram_bounds[i].count()) / nanoseconds_per_second;
        to.histogram.bucket.push_back({sum, bound});
    }
    to.histogram.sample_count = sum;
    to.histogram.sample_sum = static_cast<double>(numbers.back()) / nanoseconds_per_second;
}

ClientMetric shown(const Metric& metric, std::size_t index, std::span<const std::uint64_t> numbers) {
    ClientMetric series;
    series.label = labels_at(metric, index);
    if (metric.kind == Metric::Kind::histogram) {
        fill_histogram(series, numbers);
    } else if (metric.kind == Metric::Kind::gauge) {
        series.gauge.value = static_cast<double>(numbers.front());
    } else {
        series.counter.value = static_cast<double>(numbers.front());
    }
    return series;
}

Numbers added_up(const ServerState& state, std::size_t place) {
    Numbers sums(state.metrics.front().all()[place]->size);
    for (const ports::Metrics& shard : state.metrics) {
        const Metric& metric = *shard.all()[place];
        for (std::size_t i = 0; i < sums.size(); ++i) sums[i] += metric.read(i);
    }
    return sums;
}

bool is_used(std::span<const std::uint64_t> numbers) noexcept {
    return std::any_of(numbers.begin(), numbers.end(), [](std::uint64_t number) { return number != 0; });
}

/// How many numbers are shown or left out together: those of one value of the first label, where there are many.
std::size_t group_of(const Metric& metric) noexcept {
    return metric.size <= shown_whole_max ? metric.size : metric.size / metric.labels.front().values.size();
}

MetricFamily family_of(const Metric& metric, const Numbers& numbers) {
    MetricFamily family{std::string(metric.name), std::string(metric.help), type_of(metric.kind), {}};
    const std::size_t group = group_of(metric);
    for (std::size_t first = 0; first < numbers.size(); first += group) {
        const auto of_group = std::span(numbers).subspan(first, group);
        if (group < numbers.size() && !is_used(of_group)) continue;
        for (std::size_t i = 0; i < group; i += metric.width) {
            family.metric.push_back(shown(metric, (first + i) / metric.width, of_group.subspan(i, metric.width)));
        }
    }
    return family;
}

void add(Families& families, const char* name, const char* help, MetricType type, double value,
         std::vector<ClientMetric::Label> labels = {}) {
    ClientMetric series;
    series.label = std::move(labels);
    series.counter.value = series.gauge.value = value;
    if (families.empty() || families.back().name != name) families.push_back({name, help, type, {}});
    families.back().metric.push_back(std::move(series));
}

template <typename Number>
void add_if_known(Families& families, const char* name, const char* help, MetricType type,
                  const std::optional<Number>& value) {
    if (value) add(families, name, help, type, static_cast<double>(*value));
}

void add_store(Families& families, const ports::StoreState& store, bool is_up) {
    constexpr auto gauge = MetricType::Gauge;
    constexpr auto counter = MetricType::Counter;
    add(families, "sessgate_store_up", "Whether the store could be used when this was asked.", gauge, is_up ? 1 : 0);
    add_if_known(families, "sessgate_store_connections", "Usable connections for reads.", gauge, store.connections);
    add_if_known(families, "sessgate_store_connections_lost_total", "Connections for reads that broke.", counter,
                 store.connections_lost);
    add_if_known(families, "sessgate_store_transactions", "Connections for writes.", gauge, store.transactions);
    add_if_known(families, "sessgate_store_transactions_waiting", "Writes that wait for such a connection.", gauge,
                 store.transactions_waiting);
    add_if_known(families, "sessgate_store_links", "Up-to-date links that tell of other sidecars' changes.", gauge,
                 store.links);
    add_if_known(families, "sessgate_store_links_wanted", "Servers that such a link is wanted to.", gauge,
                 store.links_wanted);
    add_if_known(families, "sessgate_store_invalidations_total", "Changes that those links told of.", counter,
                 store.invalidations);
    add_if_known(families, "sessgate_store_bytes", "Bytes of the file that are in use, or were.", gauge, store.bytes);
    add_if_known(families, "sessgate_store_bytes_max", "Bytes that the file may have.", gauge, store.bytes_max);
    if (!store.clock_skew) return;
    add(families, "sessgate_store_clock_skew_seconds", "How far the store's clock is before ours.", gauge,
        static_cast<double>(store.clock_skew->count()) / microseconds_per_second);
}

/// What shows whether the shards share the work.
void add_shards(Families& families, const ServerState& state) {
    const auto sum = [](const Metric& metric) {
        std::uint64_t all = 0;
        for (std::size_t i = 0; i < metric.size; ++i) all += metric.read(i);
        return static_cast<double>(all);
    };
    for (std::size_t i = 0; i < state.metrics.size(); ++i) {
        add(families, "sessgate_shard_requests_total", "Requests answered by each shard.", MetricType::Counter,
            sum(state.metrics[i].requests), {{"shard", std::to_string(i)}});
    }
    for (std::size_t i = 0; i < state.metrics.size(); ++i) {
        add(families, "sessgate_shard_connections", "Open connections of each shard.", MetricType::Gauge,
            sum(state.metrics[i].connections), {{"shard", std::to_string(i)}});
    }
}

}  // namespace

std::string exposition(const ServerState& state, bool store_is_up) {
    Families families;
    const auto metrics = state.metrics.front().all();
    for (std::size_t i = 0; i < metrics.size(); ++i) families.push_back(family_of(*metrics[i], added_up(state, i)));
    add_shards(families, state);
    add_store(families, state.store_state(), store_is_up);
    add(families, "sessgate_ready", "0 while the program stops.", MetricType::Gauge, state.is_ready ? 1 : 0);
    add(families, "sessgate_build_info", "Always 1.", MetricType::Gauge, 1,
        {{"version", SESSGATE_VERSION}, {"store", std::string(state.store_kind)}});
    return prometheus::TextSerializer().Serialize(families);
}

}  // namespace sessgate::http
