#include "app/shard.hpp"

namespace sessgate::app {
namespace {

/// About 80 MiB when it is full of records of the usual size; the table alone takes 4. With four places for an id, half
/// as many sessions find nearly all a place.
constexpr std::size_t near_cache_sessions = std::size_t{128} * 1024;

}  // namespace

Shard::Shard(boost::asio::io_context& context, const Config& config, const http::HttpConfig& http_config,
             const Surroundings& surroundings, StoreHandle& store)
    : context_(context),
      store_(store.open_shard(context_.get_executor())),
      store_log_(surroundings.log, surroundings.clock),
      sessions_(*store_, surroundings.clock, surroundings.random, store_log_, service_config_of(config)),
      server_({context_, http_config, sessions_, store_log_, surroundings.clock, surroundings.log}) {}

http::HttpConfig http_config_of(const Config& config) {
    http::HttpConfig http;
    http.head_limit_bytes = config.http.head_limit;
    http.body_limit_bytes = config.http.body_limit;
    http.head_timeout = config.http.head_timeout;
    http.body_timeout = config.http.body_timeout;
    http.write_timeout = config.http.write_timeout;
    http.idle_timeout = config.http.idle_timeout;
    http.connections_max = config.http.connections_max;
    http.cookies = {config.cookie};
    http.origin = config.origin;
    http.trusted_proxies = config.trusted_proxies;
    http.authz = config.authz;
    for (const std::string& token : config.control.tokens) {
        http.control_token_hashes.push_back(core::sha256({core::as_bytes(token)}));
    }
    return http;
}

service::ServiceConfig service_config_of(const Config& config) {
    const SessionConfig& session = config.session;
    const service::SessionDefaults defaults{session.active_period, session.idle_period, session.absolute_lifetime};
    const auto on_reuse = session.revoke_on_reuse ? service::OnReuse::revoke : service::OnReuse::deny;
    return {session.rotation, defaults, on_reuse, config.store.near_cache ? near_cache_sessions : 0};
}

}  // namespace sessgate::app
