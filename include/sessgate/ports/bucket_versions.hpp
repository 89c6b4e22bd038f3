#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <string_view>

namespace sessgate::ports {

/// A number for each of the 32,768 buckets, raised when a write to one of its sessions is done and before that write
/// is acknowledged. Whoever reads the number, then a session, holds the stored one for as long as the number stays.
/// Forgetting what expired raises none: it has been dead for ten minutes, which every use of a kept record finds out.
/// Any thread.
class BucketVersions {
public:
    /// `bucket`: three characters `a-z2-7`.
    std::uint64_t of(std::string_view bucket) const noexcept {
        return versions_[index_of(bucket)].load(std::memory_order_acquire);
    }
    void raise(std::string_view bucket) noexcept {
        versions_[index_of(bucket)].fetch_add(1, std::memory_order_release);
    }

private:
    static constexpr std::size_t count = std::size_t{1} << 15;

    static std::size_t index_of(std::string_view bucket) noexcept {
        std::size_t index = 0;
        for (const char c : bucket) {
            const auto digit = static_cast<std::size_t>(c >= 'a' ? c - 'a' : c - '2' + 26);
            index = (index << 5 | digit) % count;
        }
        return index;
    }

    std::array<std::atomic<std::uint64_t>, count> versions_{};
};

}  // namespace sessgate::ports
