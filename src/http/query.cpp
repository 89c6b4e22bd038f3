#include "http/query.hpp"

#include <algorithm>

namespace sessgate::http {

namespace {

/// Takes the first `name=value` off `query`.
std::string_view take_pair(std::string_view& query) noexcept {
    const auto ampersand = query.find('&');
    const std::string_view pair = query.substr(0, ampersand);
    query = ampersand == std::string_view::npos ? std::string_view{} : query.substr(ampersand + 1);
    return pair;
}

}  // namespace

std::optional<std::string_view> parameter_in(std::string_view query, std::string_view name) noexcept {
    while (!query.empty()) {
        const std::string_view pair = take_pair(query);
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

bool holds_only(std::string_view query, std::initializer_list<std::string_view> names) noexcept {
    while (!query.empty()) {
        const std::string_view pair = take_pair(query);
        const std::string_view name = pair.substr(0, pair.find('='));
        if (pair.empty()) continue;
        if (std::find(names.begin(), names.end(), name) == names.end() || parameter_in(query, name)) return false;
    }
    return true;
}

}  // namespace sessgate::http
