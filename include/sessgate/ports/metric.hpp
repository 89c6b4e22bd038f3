#pragma once

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace sessgate::ports {

/// A number that its shard's thread changes and any thread reads: an addition, and no locked instruction.
class Count {
public:
    void add(std::uint64_t more) noexcept {
        value_.store(value_.load(std::memory_order_relaxed) + more, std::memory_order_relaxed);
    }
    std::uint64_t read() const noexcept { return value_.load(std::memory_order_relaxed); }

private:
    std::atomic<std::uint64_t> value_ = 0;
};

/// A label and all the values it can have, in the order of its enum.
struct Label {
    std::string_view name;
    std::span<const std::string_view> values;
};

/// One metric of one shard: a number, or a few, for each combination of its labels' values. They lie in a row, the last
/// label's values side by side, so that those of several shards are added up one by one.
class Metric {
public:
    enum class Kind { counter, gauge, histogram };

    Metric(const Metric&) = delete;
    Metric& operator=(const Metric&) = delete;

    const Kind kind;
    const std::string_view name;  ///< ends in its unit; a counter's in `_total`
    const std::string_view help;
    const std::vector<Label> labels;
    const std::size_t width;  ///< numbers for each combination
    const std::size_t size;   ///< numbers in all

    std::uint64_t read(std::size_t at) const noexcept {
        return blocks_[at / block_size].counts[at % block_size].read();
    }

protected:
    using List = std::vector<const Metric*>;

    Metric(List& list, Kind k, std::string_view n, std::string_view h, std::vector<Label> l, std::size_t w)
        : kind(k),
          name(n),
          help(h),
          labels(std::move(l)),
          width(w),
          size(w * combinations()),
          blocks_((size + block_size - 1) / block_size) {
        list.push_back(this);
    }
    ~Metric() = default;

    template <typename... Values>
    std::size_t index_of(Values... values) const noexcept {
        const std::array<std::size_t, sizeof...(values)> places{static_cast<std::size_t>(values)...};
        std::size_t index = 0;
        for (std::size_t label = 0; label < places.size(); ++label) {
            index = index * labels[label].values.size() + places[label];
        }
        return index * width;
    }
    Count& at(std::size_t index) noexcept { return blocks_[index / block_size].counts[index % block_size]; }

private:
    static constexpr std::size_t block_size = 8;

    /// A cache line, so that no two shards write to the same one.
    struct alignas(64) Block {
        std::array<Count, block_size> counts;
    };

    std::size_t combinations() const noexcept {
        std::size_t product = 1;
        for (const Label& label : labels) product *= label.values.size();
        return product;
    }

    std::vector<Block> blocks_;
};

/// How often something happened. `Values`: the enums of its labels.
template <typename... Values>
class Counter final : public Metric {
public:
    template <typename... Labels>
    Counter(List& list, std::string_view n, std::string_view h, Labels... of)
        : Metric(list, Kind::counter, n, h, {of...}, 1) {}

    void add(Values... values) noexcept { at(index_of(values...)).add(1); }
};

/// How many there are of something now.
template <typename... Values>
class Gauge final : public Metric {
public:
    template <typename... Labels>
    Gauge(List& list, std::string_view n, std::string_view h, Labels... of)
        : Metric(list, Kind::gauge, n, h, {of...}, 1) {}

    void up(Values... values) noexcept { at(index_of(values...)).add(1); }

    /// One less. Unsigned numbers wrap around, also where those of several shards are added up.
    void down(Values... values) noexcept { at(index_of(values...)).add(~std::uint64_t{0}); }
};

/// The upper bounds of a histogram's buckets.
inline constexpr auto histogram_bounds = [] {
    using namespace std::chrono_literals;
    return std::array<std::chrono::nanoseconds, 14>{50us, 100us, 250us, 500us, 1ms,   2500us, 5ms,
                                                    10ms, 25ms,  50ms,  100ms, 250ms, 500ms,  1s};
}();

/// How long something took: a count for each bucket, one for what took longer, and the sum in nanoseconds.
template <typename... Values>
class Histogram final : public Metric {
public:
    template <typename... Labels>
    Histogram(List& list, std::string_view n, std::string_view h, Labels... of)
        : Metric(list, Kind::histogram, n, h, {of...}, histogram_bounds.size() + 2) {}

    void observe(std::chrono::nanoseconds time, Values... values) noexcept {
        const std::size_t first = index_of(values...);
        std::size_t bucket = 0;
        while (bucket < histogram_bounds.size() && time > histogram_bounds[bucket]) ++bucket;
        at(first + bucket).add(1);
        at(first + width - 1).add(static_cast<std::uint64_t>(std::max(time.count(), decltype(time.count()){})));
    }
};

}  // namespace sessgate::ports
