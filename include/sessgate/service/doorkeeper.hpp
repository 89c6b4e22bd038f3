#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace sessgate::service {

/// Whom a full cache lets in: those who were here before, not long ago. What is asked for once, or too seldom for the
/// cache to make use of it, passes by and drives nothing out (the doorkeeper of TinyLFU; Einziger, Friedman and Manes).
/// One thread only.
class Doorkeeper {
public:
    /// `places`: about so many other strangers are remembered until one is forgotten.
    explicit Doorkeeper(std::size_t places) : marks_(std::bit_ceil(places)) {}

    /// Whether this one was here, as far as is remembered; from now on it was. Another one's hash may pass for it.
    bool knows(std::uint32_t hash) noexcept {
        std::uint16_t& mark = marks_[hash & (marks_.size() - 1)];
        const auto own = static_cast<std::uint16_t>(hash >> 16);
        const bool is_known = mark == own;
        mark = own;
        return is_known;
    }

private:
    std::vector<std::uint16_t> marks_;  ///< the upper half of the hash whose lower half led there last
};

}  // namespace sessgate::service
