#pragma once

#include "app/config_setting.hpp"

namespace sessgate::app {

// How the settings that are more than a number or a word are put into a Config. An empty text is allowed where the
// table's default is empty, and means: not given.

std::function<Wrong(Config&, const std::string&)> put_address(const Place<ListenAddress>& place);

std::function<Wrong(Config&, const std::string&)> put_token_file(const Place<std::vector<std::string>>& tokens);
Wrong put_record_keys_file(Config& config, const std::string& path);
Wrong put_store_url(Config& config, const std::string& url);
Wrong put_password_file(Config& config, const std::string& path);
std::function<Wrong(Config&, const std::string&)> put_lucia_prefix(std::string StoreConfig::*member);
Wrong put_absolute_lifetime(Config& config, const std::string& text);
Wrong put_cookie_name(Config& config, const std::string& name);
Wrong put_cookie_domain(Config& config, const std::string& domain);
Wrong put_cookie_path(Config& config, const std::string& path);
Wrong put_scope_header(Config& config, const std::string& name);
Wrong put_threads(Config& config, const std::string& count);
Wrong put_origins(Config& config, const std::string& list);
Wrong put_attribute_headers(Config& config, const std::string& list);
Wrong put_login_url(Config& config, const std::string& url);
Wrong put_return_origins(Config& config, const std::string& list);
Wrong put_proxies(Config& config, const std::string& list);
Wrong put_ports_file(Config& config, const std::string& path);

}  // namespace sessgate::app
