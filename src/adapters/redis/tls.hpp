#pragma once

#include <boost/asio/ssl/context.hpp>
#include <boost/system/result.hpp>
#include <memory>
#include <string>

#include "sessgate/adapters/redis_store.hpp"

namespace sessgate::adapters::redis {

/// TLS 1.2 or later, with the server's certificate required and checked. The error is a sentence that names the file.
boost::system::result<std::unique_ptr<boost::asio::ssl::context>, std::string> make_tls(const RedisTls& tls);

}  // namespace sessgate::adapters::redis
