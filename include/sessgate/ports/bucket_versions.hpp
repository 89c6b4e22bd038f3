#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <string_view>

namespace sessgate::ports {

/// A number for each of the 32,768 buckets, raised when something in the bucket has changed and before the change is
/// acknowledged. Whoever reads the number, and then what it is about, knows that as long as the number stays. One
/// user's sessions share a bucket, so one number is raised for all of them. Any thread.
class BucketVersions {
public:
    /// `bucket`: three characters `a-z2-7`; of Lucia's sessions any three of `a-z0-9`, some of which share a number.
    std::uint64_t of(std::string_view bucket) const noexcept {
        return versions_[index_of(bucket)].load(std::memory_order_acquire);
    }
    /// Has memory bring what `of` needs. `bucket`: any characters will do.
    void expect(std::string_view bucket) const noexcept { __builtin_prefetch(&versions_[index_of(bucket)]); }
    void raise(std::string_view bucket) noexcept {
        versions_[index_of(bucket)].fetch_add(1, std::memory_order_release);
    }
    void raise_all() noexcept {
        for (auto& version : versions_) version.fetch_add(1, std::memory_order_release);
    }

private:
    static constexpr std::size_t count = std::size_t{1} << 15;

    /// 0 to 25 for `a-z`, 26 to 31 for `2-7`.
    static std::size_t digit_of(char c) noexcept {
        return (static_cast<unsigned char>(c) + (c >= 'a' ? 31U : 8U)) % 32;
    }

    static std::size_t index_of(std::string_view bucket) noexcept {
        return (digit_of(bucket[0]) << 10 | digit_of(bucket[1]) << 5 | digit_of(bucket[2])) % count;
    }

    std::array<std::atomic<std::uint64_t>, count> versions_{};
};

}  // namespace sessgate::ports
