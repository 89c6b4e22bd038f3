#pragma once

#include <algorithm>
#include <string_view>

namespace sessgate::tests {

/// Whether `text` holds the secret of a token: 43 characters of base64url with none beside them, which nothing else
/// that is logged is.
inline bool holds_secret(std::string_view text) noexcept {
    constexpr std::size_t secret_size = 43;
    const auto is_of_secret = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
    };
    for (auto at = text.begin(); at != text.end();) {
        at = std::find_if(at, text.end(), is_of_secret);
        const auto end = std::find_if_not(at, text.end(), is_of_secret);
        if (end - at == secret_size) return true;
        at = end;
    }
    return false;
}

}  // namespace sessgate::tests
