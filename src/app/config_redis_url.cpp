#include "app/config_redis_url.hpp"

#include <optional>

#include "app/config_values.hpp"

namespace sessgate::app {
namespace {

using adapters::RedisAddress;
using adapters::RedisKind;
using adapters::RedisSettings;

constexpr std::uint16_t redis_port = 6379;
constexpr std::uint16_t sentinel_port = 26379;
constexpr std::uint64_t database_max = 65'535;

struct Scheme {
    std::string_view text;
    RedisKind kind;
    bool is_unix;
    bool has_tls;
};

constexpr Scheme schemes[] = {
    {"redis://", RedisKind::single, false, false},
    {"rediss://", RedisKind::single, false, true},
    {"redis+unix://", RedisKind::single, true, false},
    {"redis+sentinel://", RedisKind::sentinel, false, false},
    {"rediss+sentinel://", RedisKind::sentinel, false, true},
    {"redis+cluster://", RedisKind::cluster, false, false},
    {"rediss+cluster://", RedisKind::cluster, false, true},
};

const Scheme* scheme_of(std::string_view url) noexcept {
    for (const Scheme& scheme : schemes) {
        if (url.starts_with(scheme.text)) return &scheme;
    }
    return nullptr;
}

/// Nullopt when a % is not followed by two hex digits.
std::optional<std::string> percent_decoded(std::string_view text) {
    constexpr std::string_view digits = "0123456789abcdef";
    std::string decoded;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] != '%') {
            decoded += text[i];
            continue;
        }
        if (i + 2 >= text.size()) return std::nullopt;
        const auto lower = [](char c) { return c >= 'A' && c <= 'F' ? static_cast<char>(c - 'A' + 'a') : c; };
        const auto high = digits.find(lower(text[i + 1]));
        const auto low = digits.find(lower(text[i + 2]));
        if (high == std::string_view::npos || low == std::string_view::npos) return std::nullopt;
        decoded += static_cast<char>(high * 16 + low);
        i += 2;
    }
    return decoded;
}

/// Takes `user:password@` off the front of `rest`. False when it is there and not well-formed.
bool take_login(std::string_view& rest, RedisSettings& settings) {
    const auto at = rest.substr(0, rest.find('/')).rfind('@');
    if (at == std::string_view::npos) return true;
    const std::string_view login = rest.substr(0, at);
    rest.remove_prefix(at + 1);
    const auto colon = login.find(':');
    const auto user = percent_decoded(login.substr(0, colon));
    const auto password =
        colon == std::string_view::npos ? std::optional<std::string>("") : percent_decoded(login.substr(colon + 1));
    if (!user || !password) return false;
    settings.user = *user;
    settings.password = *password;
    return true;
}

bool take_database(std::string_view text, RedisSettings& settings) {
    if (text.empty()) return true;
    const auto number = parse_digits(text);
    if (!number || *number > database_max) return false;
    settings.database = static_cast<unsigned>(*number);
    return true;
}

std::optional<RedisAddress> parse_address(std::string_view text, std::uint16_t default_port) {
    const bool has_port = text.find(':') != std::string_view::npos && !text.ends_with(']');
    const std::string whole = std::string(text) + (has_port ? "" : ":" + std::to_string(default_port));
    const auto address = parse_listen_address(whole);
    const auto* tcp = address ? std::get_if<TcpAddress>(&*address) : nullptr;
    if (tcp == nullptr || tcp->port == 0) return std::nullopt;
    return RedisAddress{tcp->host, tcp->port, {}};
}

bool take_addresses(std::string_view text, std::uint16_t default_port, RedisSettings& settings) {
    for (const std::string_view part : split_list(text)) {
        const auto address = parse_address(part, default_port);
        if (!address) return false;
        settings.addresses.push_back(*address);
    }
    return !settings.addresses.empty();
}

bool take_socket(std::string_view rest, RedisSettings& settings) {
    constexpr std::string_view query = "?database=";
    const auto question = rest.find('?');
    const std::string_view path = rest.substr(0, question);
    if (path.size() < 2 || path[0] != '/' || !parse_listen_address("unix:" + std::string(path))) return false;
    settings.addresses.push_back({"", 0, path});
    if (question == std::string_view::npos) return true;
    const std::string_view asked = rest.substr(question);
    return asked.starts_with(query) && asked.size() > query.size() &&
           take_database(asked.substr(query.size()), settings);
}

bool take_place(const Scheme& scheme, std::string_view rest, RedisSettings& settings) {
    const auto slash = rest.find('/');
    const std::string_view hosts = rest.substr(0, slash);
    std::string_view path = slash == std::string_view::npos ? "" : rest.substr(slash + 1);
    switch (scheme.kind) {
        case RedisKind::single:
            return take_addresses(hosts, redis_port, settings) && settings.addresses.size() == 1 &&
                   take_database(path, settings);
        case RedisKind::cluster:
            return take_addresses(hosts, redis_port, settings) && path.empty();
        case RedisKind::sentinel:
            break;
    }
    const auto second = path.find('/');
    settings.sentinel_name = path.substr(0, second);
    path = second == std::string_view::npos ? "" : path.substr(second + 1);
    return take_addresses(hosts, sentinel_port, settings) && !settings.sentinel_name.empty() &&
           take_database(path, settings);
}

}  // namespace

Wrong put_redis_url(Config& config, const std::string& url) {
    const Scheme* scheme = scheme_of(url);
    RedisSettings settings;
    bool is_fine = scheme != nullptr;
    if (is_fine) {
        std::string_view rest = std::string_view(url).substr(scheme->text.size());
        settings.kind = scheme->kind;
        if (scheme->has_tls) settings.tls.emplace();
        is_fine = take_login(rest, settings) &&
                  (scheme->is_unix ? take_socket(rest, settings) : take_place(*scheme, rest, settings));
    }
    if (!is_fine) {
        return "must be redis://[user:password@]host[:port][/database], rediss://… with TLS, "
               "redis+unix://[user:password@]/path[?database=number], redis+sentinel://host,host/name[/database] or "
               "redis+cluster://host,host";
    }
    config.store.kind = StoreKind::redis;
    config.store.redis = std::move(settings);
    return std::nullopt;
}

}  // namespace sessgate::app
