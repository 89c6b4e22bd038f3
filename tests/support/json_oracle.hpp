#pragma once

#include <algorithm>
#include <nlohmann/json.hpp>
#include <string_view>

namespace sessgate::tests {

/// How many arrays and objects stand inside one another in `text`, which is JSON.
inline int json_depth(std::string_view text) {
    int depth = 0;
    int deepest = 0;
    bool in_string = false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        if (in_string && c == '\\') ++i;
        if (c == '"') in_string = !in_string;
        if (in_string) continue;
        if (c == '[' || c == '{') deepest = std::max(deepest, ++depth);
        if (c == ']' || c == '}') --depth;
    }
    return deepest;
}

/// What JsonReader should take: what nlohmann_json takes, but for three things that RFC 8259 does not have or that we
/// limit. The library skips a byte order mark, takes a NUL for the end of the text, and has no limit of depth.
inline bool is_strict_json(std::string_view text) {
    if (text.starts_with("\xef\xbb\xbf") || text.find('\0') != std::string_view::npos) return false;
    return nlohmann::json::accept(text) && json_depth(text) <= 32;
}

}  // namespace sessgate::tests
