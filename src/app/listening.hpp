#pragma once

#include "sessgate/app/config.hpp"
#include "sessgate/http/listener.hpp"

namespace sessgate::app {

/// Listens on `address`, whose host may be a name. The error is a sentence for whoever starts the program.
boost::system::result<http::Acceptor, std::string> listen_on(boost::asio::io_context& context,
                                                             const ListenAddress& address, unsigned file_mode);

/// Takes over `descriptor`, which has to be a stream socket that listens already; its file, if any, stays.
boost::system::result<http::ListeningSocket, std::string> take_over(boost::asio::io_context& context, int descriptor);

/// A bound address as settings write it.
ListenAddress address_of(const http::Endpoint& endpoint);

}  // namespace sessgate::app
