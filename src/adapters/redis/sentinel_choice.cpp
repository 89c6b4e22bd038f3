#include "adapters/redis/sentinel_choice.hpp"

#include <algorithm>

namespace sessgate::adapters::redis {

std::optional<Address> SentinelChoice::choose(std::span<const Told> told, core::SteadyTime now) {
    const auto newest = std::ranges::max_element(told, {}, &Told::epoch);
    if (newest == told.end()) return std::nullopt;
    if (newest->epoch < epoch_) {
        const bool are_most = 2 * told.size() > sentinel_count_;
        if (!are_most) return std::nullopt;
        if (!lower_since_) lower_since_ = now;
        if (now - *lower_since_ < patience) return std::nullopt;
    }
    epoch_ = newest->epoch;
    lower_since_.reset();
    return newest->primary;
}

}  // namespace sessgate::adapters::redis
