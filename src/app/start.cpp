#include "app/start.hpp"

#include <filesystem>

#include "app/listening.hpp"

namespace sessgate::app {
namespace {

namespace fs = std::filesystem;

constexpr unsigned data_socket_mode = 0660;
constexpr unsigned control_socket_mode = 0600;

/// The folder of the control socket, where the store does not make it.
std::string make_folder_of(const ListenAddress& address) {
    const auto* local = std::get_if<UnixAddress>(&address);
    if (!local || !local->path.has_parent_path() || fs::exists(local->path.parent_path())) return {};
    std::error_code error;
    fs::create_directory(local->path.parent_path(), error);
    if (!error) fs::permissions(local->path.parent_path(), fs::perms::owner_all, error);
    return error ? "cannot make " + local->path.parent_path().string() + ": " + error.message() : std::string{};
}

/// One of the two ports, and where its acceptor goes.
struct Wanted {
    const ListenAddress& address;
    unsigned file_mode;
    std::optional<http::Acceptor>& place;
};

}  // namespace

std::string Start::prepare(boost::asio::io_context& context) {
    std::string mistake = prepare_sockets(context, false);
    if (mistake.empty()) mistake = prepare_store();
    if (mistake.empty()) mistake = prepare_sockets(context, true);
    if (!mistake.empty()) remove_data_socket();
    return mistake;
}

std::string Start::prepare_store() {
    auto opened = surroundings_.open_store();
    if (!opened) return opened.error();
    store = std::move(*opened);
    return make_folder_of(config_.control.listen);
}

std::string Start::prepare_sockets(boost::asio::io_context& context, bool unix_sockets) {
    for (const Wanted& wanted : {Wanted{config_.listen, data_socket_mode, data},
                                 Wanted{config_.control.listen, control_socket_mode, control}}) {
        if (std::holds_alternative<UnixAddress>(wanted.address) != unix_sockets) continue;
        auto acceptor = listen_on(context, wanted.address, wanted.file_mode);
        if (!acceptor) return acceptor.error();
        wanted.place.emplace(std::move(*acceptor));
    }
    return {};
}

void Start::remove_data_socket() const {
    const auto* local = std::get_if<UnixAddress>(&config_.listen);
    std::error_code ignored;
    if (local && data) fs::remove(local->path, ignored);
}

}  // namespace sessgate::app
