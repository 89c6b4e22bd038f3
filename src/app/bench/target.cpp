#include "app/bench/target.hpp"

#include <algorithm>

#include "app/config_values.hpp"

namespace sessgate::app::bench {
namespace {

constexpr std::string_view http_scheme = "http://";
constexpr std::string_view unix_scheme = "unix:";
constexpr std::string_view form = "a URL is http://HOST:PORT/PATH or unix:SOCKET:/PATH";

bool can_be_sent(std::string_view path) {
    return std::ranges::all_of(path, [](char c) { return c > ' ' && c < '\x7f' && c != '#'; });
}

bool has_port(std::string_view authority) {
    const auto colon = authority.rfind(':');
    return colon != std::string_view::npos && authority.find(']', colon) == std::string_view::npos;
}

boost::system::result<Target, std::string> target_of(std::string_view address, std::string_view path,
                                                     std::string_view host) {
    const auto parsed = parse_listen_address(address);
    if (!parsed || !can_be_sent(path)) return std::string(form);
    Target target{.address = *parsed, .host = std::string(host)};
    if (!path.empty()) target.path = path;
    return target;
}

}  // namespace

boost::system::result<Target, std::string> parse_target(std::string_view url) {
    if (url.starts_with("https://")) return std::string("bench speaks HTTP without TLS: measure what stands behind it");
    if (url.starts_with(unix_scheme)) {
        const auto end = url.find(":/", unix_scheme.size() + 1);
        const std::string_view path = end == std::string_view::npos ? std::string_view{} : url.substr(end + 1);
        return target_of(url.substr(0, end), path, "localhost");
    }
    if (!url.starts_with(http_scheme)) return std::string(form);
    url.remove_prefix(http_scheme.size());
    const std::string_view authority = url.substr(0, url.find('/'));
    std::string address(authority);
    if (!has_port(authority)) address += ":80";
    return target_of(address, url.substr(authority.size()), authority);
}

}  // namespace sessgate::app::bench
