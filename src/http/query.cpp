#include "http/query.hpp"

namespace sessgate::http {

std::optional<std::string_view> parameter_in(std::string_view query, std::string_view name) noexcept {
    while (!query.empty()) {
        const auto ampersand = query.find('&');
        const std::string_view pair = query.substr(0, ampersand);
        query = ampersand == std::string_view::npos ? std::string_view{} : query.substr(ampersand + 1);
        const auto equals = pair.find('=');
        if (pair.substr(0, equals) != name) continue;
        return equals == std::string_view::npos ? std::string_view{} : pair.substr(equals + 1);
    }
    return std::nullopt;
}

std::optional<bool> flag_in(std::string_view query, std::string_view name, bool fallback) noexcept {
    const auto value = parameter_in(query, name);
    if (!value) return fallback;
    if (*value == "true") return true;
    if (*value == "false") return false;
    return std::nullopt;
}

}  // namespace sessgate::http
