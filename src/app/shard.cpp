#include "app/shard.hpp"

#include <algorithm>

#include "app/config_cookies.hpp"

namespace sessgate::app {
namespace {

std::vector<core::Digest> hashes_of(const std::vector<std::string>& tokens) {
    std::vector<core::Digest> hashes;
    hashes.reserve(tokens.size());
    for (const std::string& token : tokens) hashes.push_back(core::sha256({core::as_bytes(token)}));
    return hashes;
}

core::TokenForms token_forms_of(const StoreConfig& store) {
    const auto layout = store.lucia_layout();
    if (!layout) return {};
    core::LuciaIds lucia(*layout, store.record_keys);
    return store.layout == core::Layout::sessgate ? core::TokenForms::own_beside(std::move(lucia))
                                                  : core::TokenForms(std::move(lucia));
}

}  // namespace

Shard::Shard(boost::asio::io_context& context, const ShardParts& parts, StoreHandle& store, ports::Metrics& metrics)
    : context_(context),
      log_(parts.surroundings.log),
      store_(store.open_shard(context.get_executor()), parts.surroundings.clock, metrics),
      sessions_({context.get_executor(), parts.commons, store_, parts.surroundings.clock, parts.surroundings.random,
                 parts.store_log, metrics},
                service_config_of(parts.config)),
      server_({context, parts.http_config, parts.state, sessions_, parts.store_log, parts.surroundings.clock,
               parts.surroundings.log, metrics}) {}

void Shard::run() noexcept {
    for (;;) {
        try {
            context_.run();
            return;
        } catch (const std::exception& exception) {
            log_.write(ports::Level::error, "shard_failed", {{"error", std::string_view(exception.what())}});
        }
    }
}

http::HttpConfig http_config_of(const Config& config) {
    http::HttpConfig http;
    http.head_limit_bytes = config.http.head_limit;
    http.body_limit_bytes = config.http.body_limit;
    http.head_timeout = config.http.head_timeout;
    http.body_timeout = config.http.body_timeout;
    http.write_timeout = config.http.write_timeout;
    http.idle_timeout = config.http.idle_timeout;
    http.connections_max = config.http.connections_max;
    http.access_log_every = config.log.access_every;
    http.rate_max = config.http.rate_max;
    http.cookies = session_cookies_of(config);
    http.cleared_cookies = cleared_cookies_of(config);
    http.tokens = token_forms_of(config.store);
    http.session_shape = config.http.session_shape;
    http.stores_lucia = config.store.layout != core::Layout::sessgate;
    http.scope_header = config.scope_header;
    http.origin = config.origin;
    http.trusted_proxies = config.trusted_proxies;
    http.authz = config.authz;
    http.control_token_hashes = hashes_of(config.control.tokens);
    http.data_token_hashes = hashes_of(config.http.tokens);
    http.data_tls = config.tls.context;
    http.control_tls = config.control.tls.context;
    return http;
}

service::ServiceConfig service_config_of(const Config& config) {
    const SessionConfig& session = config.session;
    const service::SessionDefaults defaults{session.active_period, session.idle_period, session.absolute_lifetime};
    const auto on_reuse = session.revoke_on_reuse ? service::OnReuse::revoke : service::OnReuse::deny;
    core::RotationPolicy rotation = session.rotation;
    const core::TokenForms tokens = token_forms_of(config.store);
    if (!tokens.can_be_replaced()) rotation.strategy = core::RenewalStrategy::extend;
    // What is in memory anyway is not kept there twice.
    const bool keeps = config.store.near_cache && config.store.kind != StoreKind::memory;
    const std::size_t kept =
        keeps ? std::max<std::size_t>(config.store.near_cache_max_sessions / config.threads, 1) : 0;
    const std::size_t queued = std::max<std::size_t>(config.store.queue_max / config.threads, 1);
    return {rotation,
            defaults,
            on_reuse,
            kept,
            config.store.near_cache_max_age,
            config.store.deadline,
            session.per_user_max,
            queued,
            tokens};
}

}  // namespace sessgate::app
