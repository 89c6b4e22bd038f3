#include <algorithm>
#include <array>
#include <charconv>

#include "sessgate/core/json.hpp"

namespace sessgate::core {
namespace {

constexpr bool needs_escape(char c) noexcept {
    return static_cast<unsigned char>(c) < 0x20 || c == '"' || c == '\\';
}

void append_escape(std::string& out, char c) {
    constexpr std::string_view digits = "0123456789abcdef";
    constexpr std::string_view short_from = "\"\\\b\f\n\r\t";
    constexpr std::string_view short_to = "\"\\bfnrt";
    const auto found = short_from.find(c);
    if (found != std::string_view::npos) {
        out.append({'\\', short_to[found]});
        return;
    }
    const auto byte = static_cast<unsigned char>(c);
    out.append("\\u00").append({digits[byte >> 4U], digits[byte & 0xfU]});
}

}  // namespace

void append_json_string(std::string& out, std::string_view text) {
    out += '"';
    while (!text.empty()) {
        const auto plain = std::find_if(text.begin(), text.end(), needs_escape) - text.begin();
        out.append(text.substr(0, static_cast<std::size_t>(plain)));
        text.remove_prefix(static_cast<std::size_t>(plain));
        if (text.empty()) break;
        append_escape(out, text.front());
        text.remove_prefix(1);
    }
    out += '"';
}

void append_json_integer(std::string& out, std::int64_t value) {
    std::array<char, 20> digits;  // the longest is -9223372036854775808
    const auto [end, error] = std::to_chars(digits.data(), digits.data() + digits.size(), value);
    out.append(digits.data(), static_cast<std::size_t>(end - digits.data()));
}

}  // namespace sessgate::core
