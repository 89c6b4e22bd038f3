#pragma once

#include <array>
#include <memory>
#include <string>
#include <vector>

#include "sessgate/core/cookie.hpp"
#include "sessgate/core/digest.hpp"
#include "sessgate/core/network.hpp"
#include "sessgate/core/origin.hpp"
#include "sessgate/core/time.hpp"
#include "sessgate/core/token_forms.hpp"
#include "sessgate/http/authz_config.hpp"
#include "sessgate/http/tls_context.hpp"

namespace sessgate::http {

/// Whose names and dates Session and User objects have.
enum class SessionShape { sessgate, lucia_2 };

/// Which of the two ports a connection came in by.
enum class Port { data, control };

/// What the HTTP side was told by the settings. Shared by all shards and never changed while they run.
struct HttpConfig {
    std::size_t head_limit_bytes = std::size_t{16} * 1024;
    std::size_t body_limit_bytes = std::size_t{64} * 1024;
    core::Milliseconds head_timeout = std::chrono::seconds(5);
    core::Milliseconds body_timeout = std::chrono::seconds(5);
    core::Milliseconds write_timeout = std::chrono::seconds(5);
    core::Milliseconds idle_timeout = std::chrono::seconds(75);
    std::size_t connections_max = 10'000;
    std::size_t access_log_every = 0;  ///< each shard logs one of so many requests; 0: none
    std::size_t rate_max = 0;  ///< requests a second of one address on the data port; 0: any number

    std::vector<core::CookieConfig> cookies{
        core::CookieConfig{}};                        ///< at least one, all of one name or each of its own
    std::vector<core::CookieConfig> cleared_cookies;  ///< removed as well when the session's are on request
    core::TokenForms tokens;                          ///< which tokens are read
    std::string scope_header = "x-request-id";        ///< in lower case
    SessionShape session_shape = SessionShape::sessgate;
    bool stores_lucia = false;  ///< attributes stand among members that have a meaning of their own
    core::OriginPolicy origin;
    core::TrustedProxies trusted_proxies;
    AuthzConfig authz;

    /// SHA-256 of each token that opens the control port; none: the port's own guard (a socket file's mode) is enough.
    std::vector<core::Digest> control_token_hashes;

    /// The same of the data port's callers.
    std::vector<core::Digest> data_token_hashes;

    std::shared_ptr<const TlsContext> data_tls;     ///< none: plain
    std::shared_ptr<const TlsContext> control_tls;  ///< none: plain

    /// Nullptr for a port without TLS.
    const TlsContext* tls_of(Port port) const noexcept {
        return port == Port::data ? data_tls.get() : control_tls.get();
    }
};

}  // namespace sessgate::http
