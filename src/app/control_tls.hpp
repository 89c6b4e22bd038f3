#pragma once

#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/error.hpp>

#include "sessgate/app/config.hpp"

namespace sessgate::app {

// The client's side of TLS on the control port. Who asks there has the settings of who answers, so the certificate is
// not judged by names and authorities: it has to be the one that the settings name.

/// Takes what the settings say of the certificate to show; none when they name none.
boost::system::error_code use_client_certificate(boost::asio::ssl::context& context, const ControlConfig& control);

/// After a handshake: whether the server's certificate is the first in the PEM file.
bool shows_certificate_of(SSL& connection, const std::filesystem::path& file);

/// What is wrong when it is not.
inline boost::system::error_code not_ours() noexcept {
    return boost::asio::ssl::error::unexpected_result;
}

}  // namespace sessgate::app
