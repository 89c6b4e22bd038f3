#include "http/proxy/contract.hpp"

#include <array>

namespace sessgate::http::proxy {
namespace {

constexpr std::array table{
    Contract{"/authz/nginx", "/authz/optional/nginx", &nginx::read, &nginx::write},
    Contract{"/authz/traefik", "/authz/optional/traefik", &traefik::read, &traefik::write},
    Contract{"/authz/caddy", "/authz/optional/caddy", &caddy::read, &caddy::write},
    Contract{"/authz/envoy", "/authz/optional/envoy", &envoy::read, &envoy::write, true},
    Contract{"/authz/haproxy", "/authz/optional/haproxy", &haproxy::read, &haproxy::write, false, ", "},
};

bool answers(std::string_view own, bool takes_tail, std::string_view path) noexcept {
    if (!path.starts_with(own)) return false;
    return path.size() == own.size() || (takes_tail && path[own.size()] == '/');
}

}  // namespace

std::span<const Contract> contracts() noexcept {
    return table;
}

std::optional<Route> find_route(std::string_view path) noexcept {
    for (const Contract& contract : table) {
        if (answers(contract.path, contract.takes_tail, path)) return Route{&contract, false};
        if (answers(contract.optional_path, contract.takes_tail, path)) return Route{&contract, true};
    }
    return std::nullopt;
}

}  // namespace sessgate::http::proxy
