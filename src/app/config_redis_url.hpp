#pragma once

#include "app/config_setting.hpp"

namespace sessgate::app {

/// Puts one of these into `config.store`; the parts in brackets may be left out, user and password are percent-encoded:
///
///     redis://[[user]:password@]host[:port][/database]                        rediss:// with TLS
///     redis+unix://[[user]:password@]/path/of/socket[?database=number]
///     redis+sentinel://[[user]:password@]host[:port],…/name[/database]        rediss+sentinel:// with TLS
///     redis+cluster://[[user]:password@]host[:port],…                         rediss+cluster:// with TLS
Wrong put_redis_url(Config& config, const std::string& url);

}  // namespace sessgate::app
