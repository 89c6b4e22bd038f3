#pragma once

#include <cstdint>
#include <string_view>

namespace sessgate::adapters::redis {

constexpr std::size_t slot_count = 16384;

/// The cluster slot of all keys whose hash tag is `bucket`: CRC16 (XMODEM) of it (Redis cluster specification).
constexpr std::uint16_t slot_of(std::string_view bucket) noexcept {
    std::uint16_t crc = 0;
    for (const char c : bucket) {
        crc = static_cast<std::uint16_t>(crc ^ (static_cast<unsigned char>(c) << 8));
        for (int bit = 0; bit < 8; ++bit) {
            const bool carries = (crc & 0x8000) != 0;
            crc = static_cast<std::uint16_t>(crc << 1);
            if (carries) crc = static_cast<std::uint16_t>(crc ^ 0x1021);
        }
    }
    return crc % slot_count;
}

}  // namespace sessgate::adapters::redis
