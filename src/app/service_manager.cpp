#include "app/service_manager.hpp"

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <cstddef>
#include <cstdlib>

#include "app/config_values.hpp"

namespace sessgate::app {
namespace {

constexpr int first_descriptor = 3;  // SD_LISTEN_FDS_START

std::string_view variable(const char* name) noexcept {
    const char* value = ::secure_getenv(name);
    return value ? value : std::string_view{};
}

/// Cuts the first name off `names`, which stand between colons.
std::string_view take_name(std::string_view& names) {
    const std::string_view name = names.substr(0, names.find(':'));
    names.remove_prefix(std::min(name.size() + 1, names.size()));
    return name;
}

}  // namespace

boost::system::result<InheritedSockets, std::string> inherited_sockets() {
    InheritedSockets sockets;
    if (variable("LISTEN_PID") != std::to_string(::getpid())) return sockets;
    const auto count = parse_digits(variable("LISTEN_FDS"));
    std::string_view names = variable("LISTEN_FDNAMES");
    for (int i = 0; count && i < static_cast<int>(*count); ++i) {
        const std::string name(take_name(names));
        if (name != "listen" && name != "control") {
            return "a socket of the service manager is called '" + name + "': it has to be 'listen' or 'control'";
        }
        std::optional<int>& place = name == "listen" ? sockets.listen : sockets.control;
        if (place) return "the service manager gave two sockets that are called '" + name + "'";
        place = first_descriptor + i;
    }
    return sockets;
}

void tell_service_manager(std::string_view state) noexcept {
    const std::string_view path = variable("NOTIFY_SOCKET");
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    if (path.empty() || path.size() >= sizeof address.sun_path) return;
    std::ranges::copy(path, address.sun_path);
    if (path.front() == '@') address.sun_path[0] = '\0';  // a name without a file

    const int descriptor = ::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (descriptor < 0) return;
    // sendto() takes addresses of every kind under the name of their common head.
    const auto* head = reinterpret_cast<const sockaddr*>(&address);
    const auto length = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + path.size());
    ::sendto(descriptor, state.data(), state.size(), MSG_NOSIGNAL, head, length);
    ::close(descriptor);
}

}  // namespace sessgate::app
