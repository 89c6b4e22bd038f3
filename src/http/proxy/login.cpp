#include "http/proxy/login.hpp"

#include <algorithm>
#include <boost/url/encode.hpp>
#include <boost/url/rfc/unreserved_chars.hpp>

#include "http/characters.hpp"

namespace sessgate::http::proxy {
namespace {

/// A longer one would not fit into what proxies have room for once it is encoded.
constexpr std::size_t return_size_max = 1024;

bool is_repeatable(const Told& told) noexcept {
    return told.method == "GET" || told.method == "HEAD";
}

/// The browser's own URL, if it may be given to the sign-in page; else nothing.
std::string return_address(const AuthzConfig& config, const Told& told) {
    const bool is_plain = told.uri.starts_with('/') && is_all(character::target, told.uri);
    if (!is_repeatable(told) || !is_plain || told.uri.size() > return_size_max) return {};
    auto origin = core::normal_origin(std::string(told.scheme).append("://").append(told.host));
    const auto& allowed = config.return_allow;
    if (!origin || std::find(allowed.begin(), allowed.end(), *origin) == allowed.end()) return {};
    return origin->append(told.uri);
}

}  // namespace

bool is_navigation(const Request& request, const Fields& fields) noexcept {
    if (!request.sec_fetch_mode.empty()) return request.sec_fetch_mode == "navigate";
    return fields.accepts_html;
}

int redirect_status(const Told& told) noexcept {
    return is_repeatable(told) ? 302 : 303;
}

std::string on_own_host(const std::string& url, const Told& told) {
    if (!url.starts_with('/')) return url;
    auto origin = core::normal_origin(std::string(told.scheme).append("://").append(told.host));
    return origin ? origin->append(url) : std::string{};
}

std::string login_location(const AuthzConfig& config, const Told& told) {
    const std::string address = return_address(config, told);
    if (address.empty()) return config.login_url;
    const char* const joint = config.login_url.find('?') == std::string::npos ? "?" : "&";
    return config.login_url + joint + "return_to=" + boost::urls::encode(address, boost::urls::unreserved_chars);
}

}  // namespace sessgate::http::proxy
