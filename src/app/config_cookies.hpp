#pragma once

#include "app/config_setting.hpp"

namespace sessgate::app {

/// Reads a list of cookies, each written as the beginning of a Set-Cookie line: `sid; Domain=example.org; Path=/app`.
std::function<Wrong(Config&, const std::string&)> put_cookies(const Place<std::vector<CookiePlace>>& place);

/// What is wrong with the cookies of `key` (`cookie.more` or `cookie.clear`) beside the other cookies' settings.
Wrong mistake_in_other_cookies(const Config& config, std::string_view key);

/// All cookies that carry the token, `cookie.name` first.
std::vector<core::CookieConfig> session_cookies_of(const Config& config);

/// The cookies that are only ever removed.
std::vector<core::CookieConfig> cleared_cookies_of(const Config& config);

}  // namespace sessgate::app
