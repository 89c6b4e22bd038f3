#include "app/config_values.hpp"

#include <array>
#include <charconv>
#include <limits>

namespace sessgate::app {
namespace {

struct Unit {
    std::string_view name;
    std::size_t bytes;
};

constexpr std::array<Unit, 4> size_units{{
    {"GiB", std::size_t{1} << 30},
    {"MiB", std::size_t{1} << 20},
    {"KiB", std::size_t{1} << 10},
    {"", 1},
}};

std::string_view trimmed(std::string_view text) {
    const auto first = text.find_first_not_of(" \t");
    if (first == std::string_view::npos) return {};
    return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

}  // namespace

std::optional<std::uint64_t> parse_digits(std::string_view text) noexcept {
    std::uint64_t value = 0;
    const auto [rest, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || rest != text.data() + text.size()) return std::nullopt;
    return value;
}

std::optional<std::size_t> parse_size(std::string_view text) noexcept {
    const std::size_t digits = std::min(text.find_first_not_of("0123456789"), text.size());
    const auto count = parse_digits(text.substr(0, digits));
    if (!count) return std::nullopt;

    for (const Unit& unit : size_units) {
        if (unit.name != text.substr(digits)) continue;
        if (*count > std::numeric_limits<std::size_t>::max() / unit.bytes) return std::nullopt;
        return *count * unit.bytes;
    }
    return std::nullopt;
}

std::string size_text(std::size_t bytes) {
    std::size_t unit = 0;
    while (bytes % size_units[unit].bytes != 0) ++unit;
    return std::to_string(bytes / size_units[unit].bytes) + std::string(size_units[unit].name);
}

std::optional<std::size_t> parse_count(std::string_view text) noexcept {
    return parse_digits(text);
}

std::vector<std::string_view> split_list(std::string_view text) {
    std::vector<std::string_view> parts;
    if (trimmed(text).empty()) return parts;
    while (true) {
        const auto comma = text.find(',');
        parts.push_back(trimmed(text.substr(0, comma)));
        if (comma == std::string_view::npos) return parts;
        text.remove_prefix(comma + 1);
    }
}

}  // namespace sessgate::app
