#include "http/trace.hpp"

#include <algorithm>
#include <optional>

namespace sessgate::http {
namespace {

constexpr std::string_view name = "traceparent";
constexpr std::size_t trace_id_at = 3;
constexpr std::size_t trace_id_size = 32;
constexpr std::size_t parent_id_at = trace_id_at + trace_id_size + 1;
constexpr std::size_t parent_id_size = 16;
constexpr std::size_t size_min = parent_id_at + parent_id_size + 3;

bool is_hex(std::string_view text) noexcept {
    return std::all_of(text.begin(), text.end(),
                       [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
}

bool is_id(std::string_view text) noexcept {
    return is_hex(text) && text.find_first_not_of('0') != std::string_view::npos;
}

/// The value on a line of the head, when it is the field's.
std::optional<std::string_view> value_on(std::string_view line) noexcept {
    const auto is_same = [](char a, char b) { return (a >= 'A' && a <= 'Z' ? a + ('a' - 'A') : a) == b; };
    if (line.size() <= name.size() || line[name.size()] != ':') return std::nullopt;
    if (!std::equal(name.begin(), name.end(), line.begin(), [&](char b, char a) { return is_same(a, b); }))
        return std::nullopt;
    const std::string_view value = line.substr(name.size() + 1);
    const auto first = value.find_first_not_of(" \t");
    if (first == std::string_view::npos) return std::string_view{};
    return value.substr(first, value.find_last_not_of(" \t") + 1 - first);
}

/// `00-<trace id>-<parent id>-<flags>`; a later version may add to it.
Trace read(std::string_view value) noexcept {
    const bool has_form = value.size() >= size_min && value[2] == '-' && value[parent_id_at - 1] == '-' &&
                          value[parent_id_at + parent_id_size] == '-' && is_hex(value.substr(0, 2)) &&
                          value.substr(0, 2) != "ff" && is_hex(value.substr(size_min - 2, 2));
    const bool ends = value.size() == size_min || (value.size() > size_min && value[size_min] == '-');
    if (!has_form || !ends || (value.starts_with("00") && value.size() != size_min)) return {};
    const Trace trace{value.substr(trace_id_at, trace_id_size), value.substr(parent_id_at, parent_id_size)};
    return is_id(trace.trace_id) && is_id(trace.parent_id) ? trace : Trace{};
}

}  // namespace

Trace trace_of(std::string_view head) noexcept {
    std::optional<std::string_view> found;
    while (!head.empty()) {
        const auto end = std::min(head.find("\r\n"), head.size());
        if (const auto value = value_on(head.substr(0, end))) {
            if (found) return {};
            found = value;
        }
        head.remove_prefix(std::min(end + 2, head.size()));
    }
    return found ? read(*found) : Trace{};
}

}  // namespace sessgate::http
