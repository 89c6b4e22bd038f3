#include <string.h>
#include <sys/random.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <cstdlib>

#include "sessgate/adapters/system.hpp"

namespace sessgate::adapters {
namespace {

/// 256 bytes at a time are never cut short by a signal (getrandom(2)).
struct Buffer {
    std::array<std::uint8_t, 256> bytes;
    std::size_t used = 256;
};

void refill(Buffer& buffer) noexcept {
    while (::getrandom(buffer.bytes.data(), buffer.bytes.size(), 0) != static_cast<ssize_t>(buffer.bytes.size())) {
        if (errno == EINTR) continue;
        std::fputs("sessgate: the system gives no random bytes\n", stderr);
        std::abort();
    }
    buffer.used = 0;
}

}  // namespace

void SystemRandom::fill(std::span<std::uint8_t> out) noexcept {
    thread_local Buffer buffer{};
    while (!out.empty()) {
        if (buffer.used == buffer.bytes.size()) refill(buffer);
        const std::size_t count = std::min(out.size(), buffer.bytes.size() - buffer.used);
        std::uint8_t* const from = buffer.bytes.data() + buffer.used;
        std::copy_n(from, count, out.data());
        ::explicit_bzero(from, count);  // What was handed out is a secret now and must not stay here.
        buffer.used += count;
        out = out.subspan(count);
    }
}

}  // namespace sessgate::adapters
