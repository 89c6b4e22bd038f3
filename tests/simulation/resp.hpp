#pragma once

#include <charconv>
#include <optional>
#include <string>
#include <vector>

namespace sessgate::simulation::resp {

// The server's side of Redis's protocol (RESP2).

constexpr const char* ok = "+OK\r\n";
constexpr const char* nil = "$-1\r\n";

inline std::string number(std::int64_t value) {
    return ":" + std::to_string(value) + "\r\n";
}
inline std::string text(std::string_view value) {
    return "$" + std::to_string(value.size()) + "\r\n" + std::string(value) + "\r\n";
}
inline std::string error(std::string_view what) {
    return "-" + std::string(what) + "\r\n";
}

/// Its elements follow.
inline std::string list(std::size_t size) {
    return "*" + std::to_string(size) + "\r\n";
}

/// Takes the number behind `mark` and its line's end off `input`.
inline std::optional<std::size_t> take_number(std::string_view& input, char mark) {
    const auto end = input.find("\r\n");
    if (end == std::string_view::npos || input.front() != mark) return std::nullopt;
    std::size_t value = 0;
    std::from_chars(input.data() + 1, input.data() + end, value);
    input.remove_prefix(end + 2);
    return value;
}

/// Takes one command off `input`; nullopt: it has not come whole.
inline std::optional<std::vector<std::string>> take_command(std::string& input) {
    std::string_view left = input;
    const auto count = take_number(left, '*');
    if (!count) return std::nullopt;
    std::vector<std::string> command;
    for (std::size_t i = 0; i < *count; ++i) {
        const auto size = left.empty() ? std::nullopt : take_number(left, '$');
        if (!size || left.size() < *size + 2) return std::nullopt;
        command.emplace_back(left.substr(0, *size));
        left.remove_prefix(*size + 2);
    }
    input.erase(0, input.size() - left.size());
    return command;
}

}  // namespace sessgate::simulation::resp
