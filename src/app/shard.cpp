#include "app/shard.hpp"

namespace sessgate::app {

Shard::Shard(boost::asio::io_context& context, const Config& config, const http::HttpConfig& http_config,
             const Surroundings& surroundings, StoreHandle& store)
    : context_(context),
      store_(store.open_shard(context_.get_executor())),
      store_log_(surroundings.log, surroundings.clock),
      sessions_(*store_, surroundings.clock, surroundings.random, store_log_, service_config_of(config.session)),
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
    for (const std::string& token : config.control.tokens) {
        http.control_token_hashes.push_back(core::sha256({core::as_bytes(token)}));
    }
    return http;
}

service::ServiceConfig service_config_of(const SessionConfig& config) {
    const service::SessionDefaults defaults{config.active_period, config.idle_period, config.absolute_lifetime};
    const auto on_reuse = config.revoke_on_reuse ? service::OnReuse::revoke : service::OnReuse::deny;
    return {config.rotation, defaults, on_reuse};
}

}  // namespace sessgate::app
