#include "http/endpoint.hpp"

#include <array>
#include <functional>
#include <optional>
#include <vector>

namespace sessgate::http {
namespace {

using namespace endpoints;

constexpr std::array data_endpoints{
    Endpoint{Verb::get, "/session", &session, false, &session_at_once, &begin_session_read},
    Endpoint{Verb::get, "/session-user", &session_user, false, &session_user_at_once, &begin_session_read},
    Endpoint{Verb::post, "/set-session", &set_session, false},
};

constexpr std::array control_endpoints{
    Endpoint{Verb::post, "/sessions", &create_session},
    Endpoint{Verb::delete_, "/sessions", &revoke_everything},
    Endpoint{Verb::get, "/sessions/{sessionId}", &show_session},
    Endpoint{Verb::patch, "/sessions/{sessionId}", &patch_session},
    Endpoint{Verb::delete_, "/sessions/{sessionId}", &revoke_session},
    Endpoint{Verb::post, "/sessions/{sessionId}/rotate", &rotate_session},
    Endpoint{Verb::get, "/users/{userId}/sessions", &list_sessions},
    Endpoint{Verb::delete_, "/users/{userId}/sessions", &revoke_sessions},
    Endpoint{Verb::put, "/users/{userId}", &put_user},
    Endpoint{Verb::get, "/users/{userId}", &show_user},
    Endpoint{Verb::delete_, "/users/{userId}", &remove_user},
    Endpoint{Verb::post, "/explain", &explain_token},
    Endpoint{Verb::post, "/reload", &reload},
    Endpoint{Verb::get, "/livez", &livez, false},
    Endpoint{Verb::get, "/readyz", &readyz, false},
    Endpoint{Verb::get, "/metrics", &metrics, false},
    Endpoint{Verb::get, "/status", &show_status, false},
    Endpoint{Verb::get, "/status.css", &show_status_style, false},
    Endpoint{Verb::get, "/status.js", &show_status_script, false},
    Endpoint{Verb::get, "/openapi.yaml", &openapi, false},
};

/// The parameter's text when `path` fits `pattern` (empty when the pattern has none).
std::optional<std::string_view> match(std::string_view pattern, std::string_view path) noexcept {
    const auto open = pattern.find('{');
    if (open == std::string_view::npos) return pattern == path ? std::optional(std::string_view{}) : std::nullopt;
    const std::string_view before = pattern.substr(0, open);
    const std::string_view after = pattern.substr(pattern.find('}') + 1);
    if (path.size() <= before.size() + after.size() || !path.starts_with(before) || !path.ends_with(after)) {
        return std::nullopt;
    }
    const std::string_view parameter = path.substr(before.size(), path.size() - before.size() - after.size());
    return parameter.find('/') == std::string_view::npos ? std::optional(parameter) : std::nullopt;
}

void allow(std::string& methods, Verb verb) {
    if (!methods.empty()) methods += ", ";
    methods += boost::beast::http::to_string(verb);
    if (verb == Verb::get) methods += ", HEAD";
}

/// The rows of all tables, one after the other, behind the one for no endpoint.
constexpr std::size_t first_data_row = 1;
constexpr std::size_t first_proxy_row = first_data_row + data_endpoints.size();

std::size_t first_control_row() noexcept {
    return first_proxy_row + 2 * proxy::contracts().size();
}

bool is_in(std::span<const Endpoint> table, const Endpoint& endpoint) noexcept {
    const std::less<const Endpoint*> before;
    return !before(&endpoint, table.data()) && before(&endpoint, table.data() + table.size());
}

ports::EndpointRow row(std::ptrdiff_t place, std::size_t first) noexcept {
    return static_cast<ports::EndpointRow>(static_cast<std::size_t>(place) + first);
}

std::string name_of(const Endpoint& endpoint) {
    return std::string(boost::beast::http::to_string(endpoint.verb)).append(" ").append(endpoint.path);
}

std::vector<std::string> all_names() {
    std::vector<std::string> names{"none"};
    for (const Endpoint& endpoint : data_endpoints) names.push_back(name_of(endpoint));
    for (const proxy::Contract& contract : proxy::contracts()) {
        names.emplace_back(contract.path);
        names.emplace_back(contract.optional_path);
    }
    for (const Endpoint& endpoint : control_endpoints) names.push_back(name_of(endpoint));
    return names;
}

}  // namespace

ports::EndpointRow row_of(const Endpoint& endpoint) noexcept {
    if (is_in(data_endpoints, endpoint)) return row(&endpoint - data_endpoints.data(), first_data_row);
    return row(&endpoint - control_endpoints.data(), first_control_row());
}

ports::EndpointRow row_of(const proxy::Route& route) noexcept {
    const auto place = 2 * (route.contract - proxy::contracts().data());
    return row(place + (route.is_optional ? 1 : 0), first_proxy_row);
}

std::span<const std::string_view> endpoint_names() {
    static const std::vector<std::string> texts = all_names();
    static const std::vector<std::string_view> names(texts.begin(), texts.end());
    return names;
}

std::span<const Endpoint> endpoints_of(Port port) noexcept {
    if (port == Port::data) return data_endpoints;
    return control_endpoints;
}

const Endpoint* endpoint_at_once(const Request& request) noexcept {
    if (request.verb != Verb::get && request.verb != Verb::head) return nullptr;
    for (const Endpoint& endpoint : data_endpoints) {
        if (endpoint.at_once && endpoint.path == request.path) return &endpoint;
    }
    return nullptr;
}

Found find_endpoint(std::span<const Endpoint> table, Verb verb, std::string_view path) {
    if (verb == Verb::head) verb = Verb::get;
    Found found;
    for (const Endpoint& endpoint : table) {
        const auto parameter = match(endpoint.path, path);
        if (!parameter) continue;
        if (endpoint.verb == verb) return {&endpoint, *parameter, {}};
        allow(found.allowed, endpoint.verb);
    }
    return found;
}

}  // namespace sessgate::http
