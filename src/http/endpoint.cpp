#include "http/endpoint.hpp"

#include <array>
#include <optional>

namespace sessgate::http {
namespace {

using namespace endpoints;

constexpr std::array data_endpoints{
    Endpoint{Verb::get, "/session", &session},
    Endpoint{Verb::get, "/session-user", &session_user},
    Endpoint{Verb::post, "/set-session", &set_session},
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
    Endpoint{Verb::get, "/livez", &livez, false},
    Endpoint{Verb::get, "/readyz", &readyz, false},
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

}  // namespace

std::span<const Endpoint> endpoints_of(Port port) noexcept {
    if (port == Port::data) return data_endpoints;
    return control_endpoints;
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
