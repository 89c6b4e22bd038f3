#pragma once

#include "sessgate/app/config.hpp"
#include "sessgate/http/listener.hpp"

namespace sessgate::app {

/// Listens on `address`, whose host may be a name. The error is a sentence for whoever starts the program.
boost::system::result<http::Acceptor, std::string> listen_on(boost::asio::io_context& context,
                                                             const ListenAddress& address, unsigned file_mode);

/// A bound address as settings write it.
ListenAddress address_of(const http::Endpoint& endpoint);

}  // namespace sessgate::app
