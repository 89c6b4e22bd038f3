#pragma once

#include <optional>
#include <span>

#include "http/exchange.hpp"
#include "http/proxy/fields.hpp"
#include "sessgate/core/verdict.hpp"

namespace sessgate::http::proxy {

/// The browser's own request, as its proxy tells it. What was not told is empty, and so is all of it when the caller is
/// not in `proxies.trusted`.
struct Told {
    std::string_view method;
    std::string_view scheme;
    std::string_view host;  ///< with its port, where the browser's request has one
    std::string_view uri;   ///< path and query
};

/// What one request to `/authz` asks.
struct Question {
    Fields fields;
    Told told;
    service::Credential credential;
};

/// How one kind of proxy asks, and how it wants to be answered. Each reads only what its own proxy writes: a field that
/// another proxy would have set comes from the client here.
struct Contract {
    std::string_view path;
    std::string_view optional_path;  ///< the endpoint that lets everybody through and tells who it is
    Told (*read)(const Request& request, const Fields& fields);
    void (*write)(Exchange& exchange, const Question& question, const core::Verdict& verdict);
    bool takes_tail = false;          ///< what follows the path is the browser's own
    std::string_view cookie_joint{};  ///< what this proxy puts between two Cookie lines that it makes into one
};

/// The table: a proxy that can ask stands in here.
std::span<const Contract> contracts() noexcept;

struct Route {
    const Contract* contract;
    bool is_optional;
};

/// The contract that answers `path`, if one does.
std::optional<Route> find_route(std::string_view path) noexcept;

namespace nginx {
Told read(const Request& request, const Fields& fields);
void write(Exchange& exchange, const Question& question, const core::Verdict& verdict);
}  // namespace nginx

namespace traefik {
Told read(const Request& request, const Fields& fields);
void write(Exchange& exchange, const Question& question, const core::Verdict& verdict);
}  // namespace traefik

namespace caddy {
Told read(const Request& request, const Fields& fields);
void write(Exchange& exchange, const Question& question, const core::Verdict& verdict);
}  // namespace caddy

namespace envoy {
Told read(const Request& request, const Fields& fields);
void write(Exchange& exchange, const Question& question, const core::Verdict& verdict);
}  // namespace envoy

namespace haproxy {
Told read(const Request& request, const Fields& fields);
void write(Exchange& exchange, const Question& question, const core::Verdict& verdict);
}  // namespace haproxy

}  // namespace sessgate::http::proxy
