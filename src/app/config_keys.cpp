#include "app/config_keys.hpp"

#include <algorithm>

#include "app/config_cookies.hpp"
#include "app/config_puts.hpp"
#include "app/config_rows.hpp"

namespace sessgate::app {
namespace {

using namespace std::chrono_literals;
using std::chrono::days;

constexpr std::size_t kibibyte = 1024;
constexpr std::size_t mebibyte = 1024 * kibibyte;
constexpr std::size_t gibibyte = 1024 * mebibyte;

const std::string address_form = "host:port, [v6]:port or unix:PATH";
const std::string cookie_place_form = "cookies such as sid or sid; Domain=example.org; Path=/app, between commas";
const std::string secret_file_form = "a file that only its owner and group may read or write; ";
const std::string token_file_form = secret_file_form + "a token of 16 or more characters on each line";

std::vector<Setting> address_settings() {
    return {
        text_setting({"listen", "127.0.0.1:8080", "Where trusted callers ask for sessions; never the open internet."},
                     address_form, put_address(at(&Config::listen))),
        also_for(
            Reader::probe,
            found_by("unix:control.sock in the data folder",
                     text_setting({"control.listen", "", "Where sessions and users are managed and probes answer."},
                                  address_form, put_address(at(&Config::control, &ControlConfig::listen))))),
        also_for(Reader::command,
                 reloaded(naming_secrets(text_setting(
                     {"control.token_file", "", "Bearer tokens that open the control port; needed when it is on TCP."},
                     token_file_form, put_token_file(at(&Config::control, &ControlConfig::tokens)))))),
    };
}

std::vector<Setting> store_settings() {
    return {
        also_for(Reader::probe,
                 found_by("lmdb: in $STATE_DIRECTORY, else lmdb:./sessgate-data",
                          text_setting({"store.url", "",
                                        "Where sessions live: lmdb: with its folder is durable, memory: forgets."},
                                       "lmdb:PATH, memory: or a redis:// URL", put_store_url))),
        duration_setting({"store.deadline", "150ms", "How long a read of the store may take, and a write behind it again."}, {1ms, 60s},
                         at(&Config::store, &StoreConfig::deadline)),
        count_setting({"store.queue_max", "4096", "How many requests may wait for the store at a time; more are 503."},
                      {1, 1'000'000}, at(&Config::store, &StoreConfig::queue_max)),
        boolean_setting({"store.near_cache", "true", "Whether records are kept in memory while they are current."},
                        at(&Config::store, &StoreConfig::near_cache)),
        duration_setting({"store.near_cache_max_age", "60s", "A record in memory that is older is read again."},
                         {1s, days(1)}, at(&Config::store, &StoreConfig::near_cache_max_age)),
        count_setting({"store.near_cache_max_sessions", "131072", "How many records are kept, over all shards."},
                      {64, 100'000'000}, at(&Config::store, &StoreConfig::near_cache_max_sessions)),
        size_setting({"store.lmdb_map_size", "4GiB", "The most that LMDB's file may grow to; it starts small."},
                     {mebibyte, 16 * kibibyte * gibibyte}, at(&Config::store, &StoreConfig::lmdb_map_size)),
        reloaded(naming_secrets(text_setting(
            {"store.record_keys_file", "", "Keys that make records in the store unforgeable, newest first."},
            secret_file_form + "a key of 32 bytes as hex or base64url on each line", put_record_keys_file))),
        naming_secrets(text_setting({"store.password_file", "", "Redis's password, so that the URL need not hold it."},
                                    secret_file_form + "the password on its only line", put_password_file)),
        path_setting({"store.tls_ca_file", "", "Authorities that Redis's certificate may be of; else the system's."},
                     at(&Config::store, &StoreConfig::redis_tls, &adapters::RedisTls::ca_file)),
        path_setting({"store.tls_certificate_file", "", "The certificate that Redis is shown, where it asks for one."},
                     at(&Config::store, &StoreConfig::redis_tls, &adapters::RedisTls::certificate_file)),
        path_setting({"store.tls_key_file", "", "The key to that certificate."},
                     at(&Config::store, &StoreConfig::redis_tls, &adapters::RedisTls::key_file)),
        count_setting({"store.rotation_wait_replicas", "1",
                       "Redis replicas that must have a new token before it is handed out; Sentinel and Cluster only."},
                      {0, 16}, at(&Config::store, &StoreConfig::rotation_wait_replicas)),
        choice_setting<core::Layout>(
            {"store.layout", "sessgate", "In whose form Redis has the sessions: ours, or that of a Lucia beside us."},
            {{"sessgate", core::Layout::sessgate},
             {"lucia-2", core::Layout::lucia_2},
             {"lucia-recipe", core::Layout::lucia_recipe}},
            at(&Config::store, &StoreConfig::layout)),
        choice_setting<std::optional<core::Layout>>(
            {"store.migrate_from", "none",
             "Whose sessions in the same Redis are let in too, and become ours when used."},
            {{"none", std::nullopt}, {"lucia-2", core::Layout::lucia_2}, {"lucia-recipe", core::Layout::lucia_recipe}},
            at(&Config::store, &StoreConfig::migrate_from)),
        found_by("session, or user_session for lucia-recipe",
                 text_setting({"store.lucia_session_prefix", "", "What Lucia's session keys begin with, before the :."},
                              "1 to 64 visible characters", put_lucia_prefix(&StoreConfig::lucia_session_prefix))),
        text_setting({"store.lucia_index_prefix", "user_sessions", "What the keys of its users' sets begin with."},
                     "1 to 64 visible characters", put_lucia_prefix(&StoreConfig::lucia_index_prefix)),
    };
}

std::vector<Setting> session_settings() {
    const auto rotation = [](auto member) { return at(&Config::session, &SessionConfig::rotation, member); };
    return {
        duration_setting({"session.active_period", "24h", "After sign-in or renewal: valid, and nothing is written."},
                         {10ms, days(400)}, at(&Config::session, &SessionConfig::active_period)),
        duration_setting({"session.idle_period", "14d", "After the active period: valid, and the next use renews."},
                         {10ms, days(400)}, at(&Config::session, &SessionConfig::idle_period)),
        text_setting({"session.absolute_lifetime", "90d", "The end that no renewal can pass, counted from creation."},
                     "10ms to 3650d, or none", put_absolute_lifetime),
        choice_setting<core::RenewalStrategy>(
            {"session.renewal", "rotate", "Whether a renewal also hands out a new token."},
            {{"rotate", core::RenewalStrategy::rotate}, {"extend", core::RenewalStrategy::extend}},
            rotation(&core::RotationPolicy::strategy)),
        choice_setting<bool>({"session.on_reuse", "deny", "What a superseded token does beside being denied."},
                             {{"deny", false}, {"revoke", true}},
                             at(&Config::session, &SessionConfig::revoke_on_reuse)),
        count_setting({"session.per_user_max", "0", "How many live sessions a user may have; 0: any number."},
                      {0, 10'000}, at(&Config::session, &SessionConfig::per_user_max)),
        duration_setting(
            {"session.rotation_grace", "60s", "How long a token stays good after its successor's first use."},
            {1ms, days(1)}, rotation(&core::RotationPolicy::grace)),
        duration_setting({"session.rotation_grace_max", "24h", "The same, while nobody uses the successor again."},
                         {1ms, days(400)}, rotation(&core::RotationPolicy::grace_max)),
    };
}

std::vector<Setting> cookie_settings() {
    return all_reloaded({
        found_by("__Host-session, session when cookie.secure is false, auth_session with Lucia's tokens",
                 text_setting({"cookie.name", "", "The session cookie's name."}, "a cookie name", put_cookie_name)),
        text_setting({"cookie.domain", "", "The cookie's Domain; empty: the host that set it, and no other."},
                     "a host name such as example.org, or empty", put_cookie_domain),
        text_setting({"cookie.path", "/", "The cookie's Path."}, "a path that begins with /", put_cookie_path),
        choice_setting<core::SameSite>(
            {"cookie.same_site", "lax", "The cookie's SameSite."},
            {{"lax", core::SameSite::lax}, {"strict", core::SameSite::strict}, {"none", core::SameSite::none}},
            at(&Config::cookie, &core::CookieConfig::same_site)),
        boolean_setting({"cookie.secure", "true", "Whether the cookie is for HTTPS only; false is for trials."},
                        at(&Config::cookie, &core::CookieConfig::secure)),
        boolean_setting({"cookie.persistent", "true", "Whether the cookie outlives the browser's own session."},
                        at(&Config::cookie, &core::CookieConfig::persistent)),
        as_list(text_setting({"cookie.more", "",
                              "Session cookies beside cookie.name: the token is read from and written to all of them."},
                             cookie_place_form, put_cookies(at(&Config::more_cookies)))),
        as_list(text_setting({"cookie.clear", "", "Cookies of the application's own that signing out also removes."},
                             cookie_place_form, put_cookies(at(&Config::cleared_cookies)))),
    });
}

std::vector<Setting> request_settings() {
    return {
        text_setting(
            {"scope.header", "X-Request-Id", "The header in which callers name the browser request they serve."},
            "a header name", put_scope_header),
        reloaded(choice_setting<core::OriginCheck>(
            {"origin.check", "when-told", "Whether unsafe requests of other sites are refused."},
            {{"when-told", core::OriginCheck::when_told},
             {"strict", core::OriginCheck::strict},
             {"off", core::OriginCheck::off}},
            at(&Config::origin, &core::OriginPolicy::check))),
        reloaded(as_list(text_setting({"origin.allow", "", "Other origins whose unsafe requests are welcome."},
                                      "origins such as https://app.example.org, between commas", put_origins))),
        reloaded(as_list(
            text_setting({"proxies.trusted", "127.0.0.0/8, ::1, unix", "Callers whose forwarded headers are believed."},
                         "addresses, networks such as 10.0.0.0/8, and unix, between commas", put_proxies))),
    };
}

std::vector<Setting> authz_settings() {
    return all_reloaded({
        as_table(text_setting(
            {"authz.headers", "", "Attributes that proxies pass on to the backend, each in a header."},
            "headers such as X-Session-Attr-Name=user.name, at most 8, between commas", put_attribute_headers)),
        text_setting({"authz.login_url", "", "Where Caddy, Traefik and HAProxy send a browser that has no session."},
                     "an https or http URL, or a path that begins with /", put_login_url),
        as_list(text_setting({"authz.return_allow", "", "Origins that the sign-in page may send the browser back to."},
                             "origins such as https://app.example.org, between commas", put_return_origins)),
        choice_setting<bool>({"authz.preflight", "deny", "What a CORS preflight gets, which never has a session."},
                             {{"deny", false}, {"allow", true}},
                             at(&Config::authz, &http::AuthzConfig::allows_preflight)),
    });
}

std::vector<Setting> http_settings() {
    const auto http = [](auto member) { return at(&Config::http, member); };
    return {
        duration_setting({"http.head_timeout", "5s", "How long a request's head may take; then 408."}, {10ms, 1h},
                         http(&HttpLimits::head_timeout)),
        duration_setting({"http.body_timeout", "5s", "How long a request's body may take; then 408."}, {10ms, 1h},
                         http(&HttpLimits::body_timeout)),
        duration_setting({"http.write_timeout", "5s", "How long a client may take to read an answer."}, {10ms, 1h},
                         http(&HttpLimits::write_timeout)),
        duration_setting({"http.idle_timeout", "75s", "How long a kept connection may say nothing."}, {10ms, days(1)},
                         http(&HttpLimits::idle_timeout)),
        size_setting({"http.head_limit", "16KiB", "The largest head of a request; more is 431."}, {kibibyte, mebibyte},
                     http(&HttpLimits::head_limit)),
        size_setting({"http.body_limit", "64KiB", "The largest body of a request; more is 413."},
                     {kibibyte, 16 * mebibyte}, http(&HttpLimits::body_limit)),
        choice_setting<http::SessionShape>(
            {"http.session_shape", "sessgate", "Whose names and dates Session and User have in answers."},
            {{"sessgate", http::SessionShape::sessgate}, {"lucia-2", http::SessionShape::lucia_2}},
            http(&HttpLimits::session_shape)),
        count_setting({"http.connections_max", "10000", "How many connections may be open at a time."}, {1, 1'000'000},
                      http(&HttpLimits::connections_max)),
        reloaded(naming_secrets(text_setting(
            {"http.token_file", "", "Tokens of which each call of the data port must carry one in X-Sessgate-Token."},
            token_file_form, put_token_file(http(&HttpLimits::tokens))))),
        reloaded(count_setting({"http.rate_max", "0",
                                "How many requests a second one address may send the data port; more are 429; 0: any."},
                               {0, 1'000'000}, http(&HttpLimits::rate_max))),
    };
}

std::vector<Setting> program_settings() {
    return {
        found_by("one for each core that the program may use",
                 text_setting({"threads", "", "How many shards share the connections, each on a thread of its own."},
                              "1 to 256", put_threads)),
        duration_setting({"drain.delay", "0s", "How long to serve on, not ready, after the stop signal."}, {0ms, 1h},
                         at(&Config::drain, &DrainConfig::delay)),
        duration_setting({"drain.timeout", "10s", "How long requests under way may take to finish after that."},
                         {0ms, 1h}, at(&Config::drain, &DrainConfig::timeout)),
        choice_setting<ports::Level>({"log.level", "info", "The least important events that are logged."},
                                     {{"debug", ports::Level::debug},
                                      {"info", ports::Level::info},
                                      {"warning", ports::Level::warning},
                                      {"error", ports::Level::error}},
                                     at(&Config::log, &LogConfig::level)),
        choice_setting<LogFormat>({"log.format", "text", "How a line of the log is written."},
                                  {{"text", LogFormat::text}, {"json", LogFormat::json}},
                                  at(&Config::log, &LogConfig::format)),
        count_setting({"log.access_every", "0", "Each shard logs one of so many requests; 0: none."}, {0, 1'000'000},
                      at(&Config::log, &LogConfig::access_every)),
        as_file(text_setting({"ports_file", "", "A file to write the real addresses to, as JSON, once ready."},
                             "a path", put_ports_file)),
    };
}

}  // namespace

std::span<const Setting> settings() {
    static const std::vector<Setting> table = [] {
        std::vector<Setting> all;
        for (auto part : {address_settings, control_tls_settings, data_tls_settings, store_settings, session_settings,
                          cookie_settings, request_settings, authz_settings, http_settings, program_settings}) {
            std::ranges::move(part(), std::back_inserter(all));
        }
        return all;
    }();
    return table;
}

const Setting* find_setting(std::string_view key) {
    const auto found = std::ranges::find(settings(), key, &Setting::key);
    return found == settings().end() ? nullptr : &*found;
}

}  // namespace sessgate::app
