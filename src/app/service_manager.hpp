#pragma once

#include <boost/system/result.hpp>
#include <string>
#include <string_view>

#include "sessgate/app/run.hpp"

namespace sessgate::app {

// What systemd, or another service manager that speaks as it does, gives to the program and wants to be told.

/// The sockets of LISTEN_FDS, told apart by the names `listen` and `control` (sd_listen_fds(3)); none when they are
/// meant for another process. The error is a sentence for whoever starts the program.
boost::system::result<InheritedSockets, std::string> inherited_sockets();

/// Sends `state`, such as READY=1, where NOTIFY_SOCKET says (sd_notify(3)). Without one, or when nobody listens there,
/// nothing happens: a manager that hears nothing says so itself.
void tell_service_manager(std::string_view state) noexcept;

}  // namespace sessgate::app
