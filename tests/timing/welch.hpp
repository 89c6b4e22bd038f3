#pragma once

#include <cmath>
#include <cstdint>

namespace sessgate::tests {

/// Mean and variance of numbers that come one by one (Welford 1962).
class Sample {
public:
    void add(double value) noexcept {
        ++count_;
        const double difference = value - mean_;
        mean_ += difference / static_cast<double>(count_);
        squares_ += difference * (value - mean_);
    }

    double mean() const noexcept { return mean_; }
    double variance_of_mean() const noexcept {
        const auto count = static_cast<double>(count_);
        return squares_ / (count - 1) / count;
    }

private:
    std::uint64_t count_ = 0;
    double mean_ = 0;
    double squares_ = 0;
};

/// Welch's t: how many standard errors the two means are apart.
inline double welch_t(const Sample& a, const Sample& b) noexcept {
    return (a.mean() - b.mean()) / std::sqrt(a.variance_of_mean() + b.variance_of_mean());
}

}  // namespace sessgate::tests
