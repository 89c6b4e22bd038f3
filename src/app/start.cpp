#include "app/start.hpp"

#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <system_error>

#include "app/listening.hpp"

namespace sessgate::app {
namespace {

namespace fs = std::filesystem;

constexpr unsigned data_socket_mode = 0660;
constexpr unsigned control_socket_mode = 0600;

/// Whether the socket's file stands in the data folder, which may have to be made first.
bool is_in_folder(const ListenAddress& address, const fs::path& folder) {
    const auto* local = std::get_if<UnixAddress>(&address);
    if (!local) return false;
    const auto plain = [](const fs::path& path) { return fs::absolute(path / "").lexically_normal(); };
    return plain(fs::absolute(local->path).parent_path()) == plain(folder);
}

bool is_unix(const http::Acceptor& acceptor) {
    boost::system::error_code ignored;
    return acceptor.local_endpoint(ignored).protocol().family() == AF_UNIX;
}

/// The data folder, where the store does not make it.
std::string make_folder(const fs::path& folder) {
    std::error_code error;
    if (fs::create_directory(folder, error)) fs::permissions(folder, fs::perms::owner_all, error);
    return error ? "cannot make " + folder.string() + ": " + error.message() : std::string{};
}

std::string mistake_in_ports_file(const std::optional<fs::path>& path) {
    if (!path) return {};
    std::error_code ignored;
    if (fs::is_directory(*path, ignored))
        return "cannot write " + path->string() + ": " + std::generic_category().message(EISDIR);
    if (::access(fs::absolute(*path).parent_path().c_str(), W_OK | X_OK) == 0) return {};
    return "cannot write " + path->string() + ": " + std::generic_category().message(errno);
}

/// One of the two ports, and where its acceptor goes.
struct Wanted {
    const ListenAddress& address;
    unsigned file_mode;
    std::optional<http::ListeningSocket>& place;
};

}  // namespace

std::string Start::prepare(boost::asio::io_context& context) {
    std::string mistake = mistake_in_ports_file(config_.ports_file);
    if (mistake.empty()) mistake = take_over_sockets(context);
    if (mistake.empty()) mistake = prepare_sockets(context, false);
    if (mistake.empty()) mistake = prepare_store();
    if (mistake.empty()) mistake = prepare_sockets(context, true);
    if (!mistake.empty()) remove_sockets();
    return mistake;
}

std::string Start::take_over_sockets(boost::asio::io_context& context) {
    const auto take = [&](std::optional<int> descriptor, std::optional<http::ListeningSocket>& place) -> std::string {
        if (!descriptor) return {};
        auto socket = take_over(context, *descriptor);
        if (!socket) return socket.error();
        place.emplace(std::move(*socket));
        return {};
    };
    if (const std::string mistake = take(surroundings_.inherited.listen, data); !mistake.empty()) return mistake;
    if (const std::string mistake = take(surroundings_.inherited.control, control); !mistake.empty()) return mistake;
    // What guards a unix socket is its file's mode; a TCP port has nothing but its tokens.
    const bool is_open = control && config_.control.tokens.empty() && !is_unix(control->acceptor);
    return is_open ? "the service manager's socket for the control port is on TCP: control.token_file is needed" : "";
}

std::string Start::prepare_store() {
    auto opened = surroundings_.open_store();
    if (!opened) return opened.error();
    store = std::move(*opened);
    const fs::path& folder = config_.store.data_folder;
    return is_in_folder(config_.control.listen, folder) ? make_folder(folder) : std::string{};
}

std::string Start::prepare_sockets(boost::asio::io_context& context, bool in_data_folder) {
    for (const Wanted& wanted : {Wanted{config_.listen, data_socket_mode, data},
                                 Wanted{config_.control.listen, control_socket_mode, control}}) {
        if (wanted.place || is_in_folder(wanted.address, config_.store.data_folder) != in_data_folder) continue;
        auto acceptor = listen_on(context, wanted.address, wanted.file_mode);
        if (!acceptor) return acceptor.error();
        wanted.place.emplace(http::ListeningSocket{std::move(*acceptor)});
    }
    return {};
}

void Start::remove_sockets() const {
    const auto remove = [](const ListenAddress& address, const std::optional<http::ListeningSocket>& bound) {
        const auto* local = std::get_if<UnixAddress>(&address);
        std::error_code ignored;
        if (local && bound && bound->is_ours) fs::remove(local->path, ignored);
    };
    remove(config_.listen, data);
    remove(config_.control.listen, control);
}

}  // namespace sessgate::app
