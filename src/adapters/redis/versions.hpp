#pragma once

#include "sessgate/ports/bucket_versions.hpp"

namespace sessgate::adapters::redis {

/// The buckets' versions with one number more in all of them, so that all can be raised at once. Both only grow, and so
/// does their sum: it is the same twice only when neither was raised in between. Any thread.
class Versions {
public:
    std::uint64_t of(std::string_view bucket) const noexcept {
        return buckets_.of(bucket) + epoch_.load(std::memory_order_acquire);
    }
    void expect(std::string_view bucket) const noexcept { buckets_.expect(bucket); }
    void raise(std::string_view bucket) noexcept { buckets_.raise(bucket); }
    void raise_all() noexcept { epoch_.fetch_add(1, std::memory_order_release); }

private:
    ports::BucketVersions buckets_;
    std::atomic<std::uint64_t> epoch_ = 0;
};

}  // namespace sessgate::adapters::redis
