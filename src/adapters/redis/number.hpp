#pragma once

#include <charconv>
#include <optional>
#include <string_view>

namespace sessgate::adapters::redis {

/// The number that `text` is, whole and without anything around it.
template <typename Number>
std::optional<Number> number_in(std::string_view text) {
    Number number{};
    const auto parsed = std::from_chars(text.data(), text.data() + text.size(), number);
    if (parsed.ec != std::errc() || parsed.ptr != text.data() + text.size()) return std::nullopt;
    return number;
}

}  // namespace sessgate::adapters::redis
