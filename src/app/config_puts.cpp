#include "app/config_puts.hpp"

#include <algorithm>
#include <array>
#include <iterator>

#include "app/config_redis_url.hpp"
#include "app/config_secret_files.hpp"
#include "app/config_values.hpp"
#include "app/process.hpp"
#include "sessgate/core/duration.hpp"

namespace sessgate::app {
namespace {

constexpr auto lifetime_min = core::Milliseconds(10);
constexpr std::size_t header_name_max = 128;
constexpr std::size_t threads_max = 256;
constexpr std::size_t lucia_prefix_max = 64;
constexpr auto lifetime_max = core::Milliseconds(std::chrono::days(3650));

/// `mistake_in` names the key first, and so does whoever shows this: what follows the key.
Wrong without_key(const std::optional<std::string>& sentence) {
    if (!sentence) return std::nullopt;
    return sentence->substr(sentence->find(' ') + 1);
}

Wrong put_origins_into(std::vector<std::string>& origins, const std::string& list) {
    origins.clear();
    for (const std::string_view part : split_list(list)) {
        auto origin = core::normal_origin(part);
        if (!origin) return "must be origins such as https://app.example.org, without a path, between commas";
        origins.push_back(std::move(*origin));
    }
    return std::nullopt;
}

/// A field name (RFC 9110, 5.6.2).
bool is_header_name(std::string_view text) {
    const auto allowed = [](char c) {
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
               (c != '\0' && std::string_view("!#$%&'*+-.^_`|~").find(c) != std::string_view::npos);
    };
    return !text.empty() && text.size() <= header_name_max && std::ranges::all_of(text, allowed);
}

/// Fields that have a meaning of their own to us: a client chooses what they hold, or many requests share it.
bool is_other_header(std::string_view name) {
    constexpr std::array names{"authorization", "connection", "content-length", "content-type",
                               "cookie",        "host",       "origin",         "transfer-encoding"};
    return std::ranges::find(names, name) != names.end() || name.starts_with("sec-fetch-") ||
           name.starts_with("x-forwarded-");
}

}  // namespace

std::function<Wrong(Config&, const std::string&)> put_address(const Place<ListenAddress>& place) {
    return [place](Config& config, const std::string& text) -> Wrong {
        auto address = parse_listen_address(text);
        if (!address) {
            return "must be host:port, [v6]:port or unix:PATH, with a port of 0 to 65535 and a path of at most 107 "
                   "bytes";
        }
        place(config) = std::move(*address);
        return std::nullopt;
    };
}

std::function<Wrong(Config&, const std::string&)> put_token_file(const Place<std::vector<std::string>>& tokens) {
    return [tokens](Config& config, const std::string& path) -> Wrong {
        if (path.empty()) return std::nullopt;
        return read_tokens(path, tokens(config));
    };
}

Wrong put_record_keys_file(Config& config, const std::string& path) {
    if (path.empty()) return std::nullopt;
    return read_record_keys(path, config.store.record_keys);
}

Wrong put_store_url(Config& config, const std::string& url) {
    constexpr std::string_view lmdb = "lmdb:";
    if (url == "memory:") {
        config.store.kind = StoreKind::memory;
        return std::nullopt;
    }
    if (url.starts_with("redis")) return put_redis_url(config, url);
    if (!url.starts_with(lmdb) || url.size() == lmdb.size()) return "must be lmdb:PATH, memory: or a redis:// URL";
    config.store.kind = StoreKind::lmdb;
    config.store.data_folder = url.substr(lmdb.size());
    return std::nullopt;
}

Wrong put_password_file(Config& config, const std::string& path) {
    if (path.empty()) return std::nullopt;
    // Read again whenever Redis is connected to, wherever the program stands then.
    config.store.redis_password_file = std::filesystem::absolute(path);
    return read_password(path, config.store.redis_password);
}

std::function<Wrong(Config&, const std::string&)> put_lucia_prefix(std::string StoreConfig::*member) {
    return [member](Config& config, const std::string& prefix) -> Wrong {
        const bool is_visible = std::ranges::all_of(prefix, [](char c) { return c > ' ' && c <= '~'; });
        if (prefix.empty() || prefix.size() > lucia_prefix_max || !is_visible)
            return "must be 1 to 64 visible characters";
        config.store.*member = prefix;
        return std::nullopt;
    };
}

Wrong put_absolute_lifetime(Config& config, const std::string& text) {
    config.session.absolute_lifetime.reset();
    const auto duration = core::parse_duration(text);
    if (text == "none" || duration == core::Milliseconds(0)) return std::nullopt;
    if (!duration || *duration < lifetime_min || *duration > lifetime_max) {
        return "must be a duration such as 90d, 10ms to 3650d, or none";
    }
    config.session.absolute_lifetime = duration;
    return std::nullopt;
}

// Each part of the cookie is judged alone, so that one mistake does not hide another; config_checks.cpp judges them
// together.

Wrong put_cookie_name(Config& config, const std::string& name) {
    config.cookie.name = name;
    return without_key(mistake_in(core::CookieConfig{.name = name}));
}

Wrong put_cookie_domain(Config& config, const std::string& domain) {
    config.cookie.domain = domain;
    return without_key(mistake_in(core::CookieConfig{.name = "session", .domain = domain}));
}

Wrong put_cookie_path(Config& config, const std::string& path) {
    config.cookie.path = path;
    return without_key(mistake_in(core::CookieConfig{.name = "session", .path = path}));
}

Wrong put_scope_header(Config& config, const std::string& name) {
    std::string lower;
    std::ranges::transform(name, std::back_inserter(lower),
                           [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c; });
    if (!is_header_name(lower)) return "must be a header name, at most 128 characters";
    if (is_other_header(lower)) return "must be a header that says which browser request it is, and nothing else";
    config.scope_header = std::move(lower);
    return std::nullopt;
}

Wrong put_threads(Config& config, const std::string& count) {
    const auto threads = count.empty() ? std::optional(usable_cores()) : parse_count(count);
    if (!threads || *threads < 1 || *threads > threads_max) return "must be a number, 1 to 256";
    config.threads = *threads;
    return std::nullopt;
}

Wrong put_origins(Config& config, const std::string& list) {
    return put_origins_into(config.origin.allowed, list);
}

Wrong put_return_origins(Config& config, const std::string& list) {
    return put_origins_into(config.authz.return_allow, list);
}

Wrong put_proxies(Config& config, const std::string& list) {
    config.trusted_proxies = {};
    for (const std::string_view part : split_list(list)) {
        const auto network = parse_network(part);
        if (part != "unix" && !network) {
            return "must be addresses, networks such as 10.0.0.0/8 (no bits set after the length), and unix, between "
                   "commas";
        }
        if (network) config.trusted_proxies.networks.push_back(*network);
        if (part == "unix") config.trusted_proxies.unix_sockets = true;
    }
    return std::nullopt;
}

Wrong put_ports_file(Config& config, const std::string& path) {
    if (!path.empty()) config.ports_file = path;
    return std::nullopt;
}

}  // namespace sessgate::app
