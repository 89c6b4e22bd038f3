#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <random>
#include <vector>

#include "sessgate/core/digest.hpp"
#include "tests/timing/welch.hpp"

// Whether the time of comparing a secret's hash tells where its first wrong byte stands. As in Reparaz, Balasch and
// Verbauwhede, Dude, is my code constant time? (2017): two classes of input in an order of chance, the slowest
// measurements left out, and Welch's t below 4.5.

using sessgate::core::Digest;
using sessgate::tests::Sample;

namespace {

constexpr double t_max = 4.5;
constexpr std::size_t samples = 1'000'000;
constexpr std::size_t chunk = 10'000;

/// The slowest tenth was interrupted.
constexpr std::size_t kept = chunk * 9 / 10;

/// What a careless programmer would write; the measurement has to find it.
[[gnu::noinline]] bool equal_at_once(const Digest& a, const Digest& b) {
    for (std::size_t i = 0; i < a.size(); ++i) {
        if (a[i] != b[i]) return false;
    }
    return true;
}

[[gnu::noinline]] bool equal_in_constant_time(const Digest& a, const Digest& b) {
    return sessgate::core::equal_in_constant_time(a, b);
}

std::uint64_t ticks() noexcept {
#if defined(__x86_64__)
    unsigned core = 0;
    return __builtin_ia32_rdtscp(&core);
#else
    return static_cast<std::uint64_t>(std::chrono::steady_clock::now().time_since_epoch().count());
#endif
}

struct Case {
    Digest presented{};
    bool is_wrong_at_once = false;  ///< else in its last byte
    std::uint64_t took = 0;
};

template <typename Equal>
double measure(Equal equal) {
    std::mt19937_64 random(1);
    Digest stored{};
    for (auto& byte : stored) byte = static_cast<std::uint8_t>(random());
    std::array<Sample, 2> classes;
    std::vector<Case> cases(chunk);
    std::size_t matches = 0;
    for (std::size_t done = 0; done < samples; done += chunk) {
        for (Case& one : cases) {
            one.presented = stored;
            one.is_wrong_at_once = (random() & 1) != 0;
            one.presented[one.is_wrong_at_once ? 0 : stored.size() - 1] ^=
                static_cast<std::uint8_t>(1 + random() % 255);
        }
        for (Case& one : cases) {
            const std::uint64_t begun = ticks();
            matches += equal(stored, one.presented) ? 1U : 0U;
            one.took = ticks() - begun;
        }
        const auto last = cases.begin() + kept;
        std::ranges::nth_element(cases, last, {}, &Case::took);
        std::for_each(cases.begin(), last, [&](const Case& one) {
            classes[one.is_wrong_at_once ? 0 : 1].add(static_cast<double>(one.took));
        });
    }
    if (matches != 0) std::abort();
    return std::abs(sessgate::tests::welch_t(classes[0], classes[1]));
}

}  // namespace

int main() {
    const double ours = measure(equal_in_constant_time);
    const double careless = measure(equal_at_once);
    std::printf("%zu comparisons each: t = %.2f; of one that stops at the first wrong byte: t = %.0f\n", samples, ours,
                careless);
    if (careless < t_max) std::printf("the measurement is too coarse to tell\n");
    return ours < t_max && careless >= t_max ? 0 : 1;
}
