#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace sessgate::app::bench {

using std::chrono::nanoseconds;

/// How long many requests took. Each is counted in a bucket that ends at most 1.6 % after it begins; one that took over
/// an hour is counted as an hour.
class Histogram {
public:
    Histogram();

    /// Negative: counted as zero.
    void add(nanoseconds latency);
    void add(const Histogram& other);

    std::uint64_t count() const noexcept { return count_; }

    // Zero when nothing was counted.
    nanoseconds min() const noexcept { return count_ == 0 ? nanoseconds{0} : min_; }
    nanoseconds max() const noexcept { return max_; }
    nanoseconds mean() const noexcept;

    /// The end of the bucket in which the request stands that `share` (0 to 1) of all were as quick as; never past
    /// `max()`.
    nanoseconds quantile(double share) const noexcept;

    /// Calls `take(end, count)` for each bucket that is not empty, the quickest first; the end belongs to the bucket.
    template <typename Take>
    void each_bucket(Take take) const {
        for (std::size_t i = 0; i < counts_.size(); ++i) {
            if (counts_[i] > 0) take(end_of(i), counts_[i]);
        }
    }

private:
    static nanoseconds end_of(std::size_t index) noexcept;

    std::vector<std::uint64_t> counts_;
    std::uint64_t count_ = 0;
    nanoseconds sum_{0};
    nanoseconds min_ = nanoseconds::max();
    nanoseconds max_{0};
};

}  // namespace sessgate::app::bench
