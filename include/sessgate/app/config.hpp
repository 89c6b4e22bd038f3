#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "sessgate/adapters/redis_store.hpp"
#include "sessgate/core/cookie.hpp"
#include "sessgate/core/network.hpp"
#include "sessgate/core/origin.hpp"
#include "sessgate/core/record_codec.hpp"
#include "sessgate/core/rotation.hpp"
#include "sessgate/http/authz_config.hpp"
#include "sessgate/http/http_config.hpp"
#include "sessgate/http/tls_context.hpp"
#include "sessgate/ports/log.hpp"

namespace sessgate::app {

/// `host:port` or `[v6]:port`. The host is an IP address or a name that is still to be resolved.
struct TcpAddress {
    std::string host;  ///< an IPv6 address stands here without brackets
    std::uint16_t port = 0;
    bool operator==(const TcpAddress&) const = default;
};

/// `unix:PATH`, short enough for a socket address.
struct UnixAddress {
    std::filesystem::path path;
    bool operator==(const UnixAddress&) const = default;
};

using ListenAddress = std::variant<TcpAddress, UnixAddress>;

/// The address as settings, messages and the ports file write it.
std::string to_text(const ListenAddress& address);

/// TLS on one port.
struct TlsConfig {
    http::TlsFiles files{};                             ///< no certificate: none
    std::shared_ptr<const http::TlsContext> context{};  ///< what the files held when the settings were read
};

struct ControlConfig {
    ListenAddress listen;
    /// Any of them opens the control port. On TCP there are some, or client certificates are asked for.
    std::vector<std::string> tokens{};
    TlsConfig tls{};
    std::filesystem::path client_certificate{};  ///< what commands show
    std::filesystem::path client_key{};
};

enum class StoreKind { memory, lmdb, redis };

struct StoreConfig {
    StoreKind kind = StoreKind::lmdb;
    /// LMDB's folder; with another store the folder of the control socket alone. May not exist yet.
    std::filesystem::path data_folder;
    core::Milliseconds deadline{};
    bool near_cache = true;  ///< records that were read are kept while the store says that they are current
    core::Milliseconds near_cache_max_age{};
    std::size_t near_cache_max_sessions = 0;  ///< over all shards
    std::size_t lmdb_map_size = 0;
    std::vector<core::RecordKey> record_keys{};  ///< newest first
    adapters::RedisSettings redis{};             ///< as far as the URL says it
    adapters::RedisTls redis_tls{};              ///< counts when the URL asks for TLS
    std::string redis_password{};                ///< of a file; comes before the URL's
    std::filesystem::path redis_password_file{};
    std::size_t rotation_wait_replicas = 0;
    std::size_t queue_max = 0;  ///< calls that may wait for the store, over all shards
    core::Layout layout = core::Layout::sessgate;
    std::optional<core::Layout> migrate_from{};  ///< sessions of that layout are let in as well, and taken over
    std::string lucia_session_prefix{};          ///< empty: the layout's own
    std::string lucia_index_prefix{};
    core::Milliseconds lucia_active_period{};  ///< as `session` has them: Lucia's records do not say
    core::Milliseconds lucia_idle_period{};

    /// The layout of Lucia's sessions, where there are any.
    std::optional<core::Layout> lucia_layout() const {
        return layout == core::Layout::sessgate ? migrate_from : std::optional(layout);
    }
};

struct SessionConfig {
    core::Milliseconds active_period{};
    core::Milliseconds idle_period{};
    std::optional<core::Milliseconds> absolute_lifetime{};
    core::RotationPolicy rotation{};
    bool revoke_on_reuse = false;  ///< a superseded token ends its session
    std::size_t per_user_max = 0;  ///< live sessions of one user; 0: any number
};

struct HttpLimits {
    core::Milliseconds head_timeout{};
    core::Milliseconds body_timeout{};
    core::Milliseconds write_timeout{};
    core::Milliseconds idle_timeout{};
    std::size_t head_limit = 0;  ///< bytes
    std::size_t body_limit = 0;  ///< bytes
    std::size_t connections_max = 0;
    http::SessionShape session_shape = http::SessionShape::sessgate;
    std::size_t rate_max = 0;           ///< requests a second of one peer; 0: any number
    std::vector<std::string> tokens{};  ///< any of them lets a caller of the data port in; none: all may come
};

struct DrainConfig {
    core::Milliseconds delay{};
    core::Milliseconds timeout{};
};

enum class LogFormat { json, text };

struct LogConfig {
    ports::Level level = ports::Level::info;
    LogFormat format = LogFormat::text;
    std::size_t access_every = 0;  ///< one of so many requests is logged; 0: none
};

/// Which cookie it is, to a browser. How it is protected is the same for all of ours.
struct CookiePlace {
    std::string name;
    std::string domain{};  ///< empty: host-only
    std::string path = "/";

    bool operator==(const CookiePlace&) const = default;
};

/// Everything that can be set, as values: read and checked once, before anything starts. The defaults are in the table
/// of settings (src/app/config_keys.cpp); an empty Config is not usable.
struct Config {
    ListenAddress listen;
    TlsConfig tls;  ///< of the data port
    ControlConfig control;
    StoreConfig store;
    SessionConfig session;
    core::CookieConfig cookie;
    std::vector<CookiePlace> more_cookies;     ///< session cookies beside that one
    std::vector<CookiePlace> cleared_cookies;  ///< cookies of others that go when the session's go
    std::string scope_header;                  ///< in lower case
    core::OriginPolicy origin;
    core::TrustedProxies trusted_proxies;
    http::AuthzConfig authz;
    HttpLimits http;
    DrainConfig drain;
    LogConfig log;
    std::size_t threads = 1;                          ///< shards
    std::optional<std::filesystem::path> ports_file;  ///< where the real addresses are written once ready
};

}  // namespace sessgate::app
