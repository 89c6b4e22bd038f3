#pragma once

#include <random>
#include <string>

#include "sessgate/core/session_record.hpp"

namespace sessgate::tests {

/// Makes random session and user records with every optional part present or absent. The same seed gives the same ones.
class RandomRecords {
public:
    explicit RandomRecords(unsigned seed) : random_(seed) {}

    core::SessionRecord session();
    core::UserRecord user();
    core::UserId user_id();

private:
    bool coin() { return random_() % 2 == 0; }
    std::int64_t up_to(std::int64_t limit) {
        return static_cast<std::int64_t>(random_() % (static_cast<std::uint64_t>(limit) + 1));
    }
    core::WallTime instant() { return core::from_ms(up_to(253'402'300'799'999)); }
    std::string attributes();
    std::string unknown_fields();

    template <std::size_t size>
    void fill(std::array<std::uint8_t, size>& bytes) {
        for (auto& byte : bytes) byte = static_cast<std::uint8_t>(random_());
    }

    std::mt19937_64 random_;
};

}  // namespace sessgate::tests
