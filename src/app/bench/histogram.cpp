#include "app/bench/histogram.hpp"

#include <algorithm>
#include <bit>
#include <cmath>

namespace sessgate::app::bench {
namespace {

// Each power of two has 64 buckets of the same width; below 128 ns each nanosecond has its own.
constexpr unsigned steps_bits = 6;
constexpr std::uint64_t steps = std::uint64_t{1} << steps_bits;

constexpr nanoseconds longest = std::chrono::hours(1);

constexpr std::size_t index_of(std::uint64_t value) {
    const unsigned bits = static_cast<unsigned>(std::bit_width(value));
    const unsigned shift = bits > steps_bits + 1 ? bits - steps_bits - 1 : 0;
    return steps * shift + (value >> shift);
}

}  // namespace

Histogram::Histogram() : counts_(index_of(static_cast<std::uint64_t>(longest.count())) + 1) {}

nanoseconds Histogram::end_of(std::size_t index) noexcept {
    const std::size_t shift = index < 2 * steps ? 0 : index / steps - 1;
    const std::uint64_t begin = index - steps * shift;
    return nanoseconds(static_cast<std::int64_t>(((begin + 1) << shift) - 1));
}

void Histogram::add(nanoseconds latency) {
    const nanoseconds counted = std::clamp(latency, nanoseconds{0}, longest);
    ++counts_[index_of(static_cast<std::uint64_t>(counted.count()))];
    ++count_;
    sum_ += counted;
    min_ = std::min(min_, counted);
    max_ = std::max(max_, counted);
}

void Histogram::add(const Histogram& other) {
    for (std::size_t i = 0; i < counts_.size(); ++i) counts_[i] += other.counts_[i];
    count_ += other.count_;
    sum_ += other.sum_;
    min_ = std::min(min_, other.min_);
    max_ = std::max(max_, other.max_);
}

nanoseconds Histogram::mean() const noexcept {
    return count_ == 0 ? nanoseconds{0} : sum_ / static_cast<std::int64_t>(count_);
}

nanoseconds Histogram::quantile(double share) const noexcept {
    const auto wanted = static_cast<std::uint64_t>(std::ceil(share * static_cast<double>(count_)));
    std::uint64_t seen = 0;
    for (std::size_t i = 0; i < counts_.size(); ++i) {
        seen += counts_[i];
        if (seen > 0 && seen >= wanted) return std::min(end_of(i), max_);
    }
    return max_;
}

}  // namespace sessgate::app::bench
