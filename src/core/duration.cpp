#include "sessgate/core/duration.hpp"

#include <array>
#include <charconv>

namespace sessgate::core {
namespace {

struct Unit {
    std::string_view name;
    Milliseconds length;
};

constexpr std::array<Unit, 5> units{{
    {"d", std::chrono::days(1)},
    {"h", std::chrono::hours(1)},
    {"m", std::chrono::minutes(1)},
    {"s", std::chrono::seconds(1)},
    {"ms", Milliseconds(1)},
}};

constexpr Milliseconds duration_max = std::chrono::days(36'500);

}  // namespace

std::optional<Milliseconds> parse_duration(std::string_view text) noexcept {
    if (text == "0") return Milliseconds(0);

    // Unsigned, so that a sign is no number.
    std::uint32_t count = 0;
    const auto [rest, error] = std::from_chars(text.data(), text.data() + text.size(), count);
    if (error != std::errc{}) return std::nullopt;

    const std::string_view name = text.substr(static_cast<std::size_t>(rest - text.data()));
    for (const Unit& unit : units) {
        if (unit.name != name) continue;
        if (count > duration_max / unit.length) return std::nullopt;
        return unit.length * count;
    }
    return std::nullopt;
}

std::string to_text(Milliseconds duration) {
    if (duration == Milliseconds(0)) return "0s";
    for (const Unit& unit : units) {
        if (duration % unit.length == Milliseconds(0)) {
            return std::to_string(duration / unit.length) + std::string(unit.name);
        }
    }
    return {};  // not reached: the last unit divides everything
}

}  // namespace sessgate::core
