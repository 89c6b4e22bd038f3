#include "sessgate/http/listener.hpp"

#include <linux/filter.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <limits>

#include "sessgate/http/endpoint_cast.hpp"

namespace sessgate::http {

namespace asio = boost::asio;
using boost::system::error_code;

namespace {

constexpr asio::use_awaitable_t<ports::Executor> use_task{};

/// After EMFILE and its like: accepting at once again would only spin.
constexpr core::Milliseconds accept_pause{50};

/// Then the connections that are served on this thread have their turn, and those that are too many are closed again.
constexpr std::size_t accepted_in_a_turn = 16;

/// Has the kernel throw away each segment that asks for a new connection; those that are being made come through. Who
/// asks again after the close is refused.
void ignore_newcomers(Acceptor& acceptor) noexcept {
    constexpr std::uint32_t flags_offset = 13;  // RFC 9293, 3.1
    constexpr std::uint32_t syn = 2;
    constexpr std::uint32_t all_of_it = 0xffffffff;
    std::array<sock_filter, 4> code{{BPF_STMT(BPF_LD | BPF_B | BPF_ABS, flags_offset),
                                     BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, syn, 0, 1), BPF_STMT(BPF_RET | BPF_K, 0),
                                     BPF_STMT(BPF_RET | BPF_K, all_of_it)}};
    const sock_fprog program{code.size(), code.data()};
    // Where it cannot be done, newcomers of the last instant are reset.
    static_cast<void>(::setsockopt(acceptor.native_handle(), SOL_SOCKET, SO_ATTACH_FILTER, &program, sizeof program));
}

std::string path_of(const Endpoint& endpoint) {
    return endpoint_cast<asio::local::stream_protocol::endpoint>(endpoint).path();
}

/// Removes the socket file of a program that has ended; leaves everything else where it is.
void remove_stale_socket(asio::io_context& context, const Endpoint& endpoint) {
    const std::string path = path_of(endpoint);
    struct stat status {};
    if (::lstat(path.c_str(), &status) != 0 || !S_ISSOCK(status.st_mode)) return;
    asio::basic_stream_socket<asio::generic::stream_protocol, ports::Executor> probe(context);
    error_code error;
    probe.connect(endpoint, error);
    if (error == asio::error::connection_refused) ::unlink(path.c_str());
}

}  // namespace

boost::system::result<Acceptor> listen_on(asio::io_context& context, const Endpoint& endpoint, unsigned file_mode) {
    const bool is_unix = endpoint.protocol().family() == AF_UNIX;
    if (is_unix) remove_stale_socket(context, endpoint);
    Acceptor acceptor(context.get_executor());
    error_code error;
    acceptor.open(endpoint.protocol(), error);
    if (!error && !is_unix) acceptor.set_option(Acceptor::reuse_address(true), error);
    if (!error) acceptor.bind(endpoint, error);
    if (!error && is_unix && ::chmod(path_of(endpoint).c_str(), file_mode) != 0) {
        error.assign(errno, boost::system::system_category());
    }
    if (!error) acceptor.listen(Acceptor::max_listen_connections, error);
    if (error) return error;
    return acceptor;
}

Listener::Listener(ListeningSocket socket, std::vector<Server*> servers, Port port, ports::Log& log)
    : acceptor_(std::move(socket.acceptor)),
      pause_(acceptor_.get_executor()),
      is_ours_(socket.is_ours),
      servers_(std::move(servers)),
      port_(port),
      log_(log) {
    error_code ignored;
    acceptor_.non_blocking(true, ignored);
}

void Listener::start() {
    asio::co_spawn(acceptor_.get_executor(), run(), asio::detached);
}

void Listener::stop() {
    if (is_ours_) let_nobody_begin();
    // Clients whose connection the kernel has made already may have sent a request: closing would reset them.
    [[maybe_unused]] const auto last = accept_some(std::numeric_limits<std::size_t>::max());
    error_code ignored;
    acceptor_.close(ignored);
    pause_.cancel();
}

/// Before the last are accepted, so that none comes between them and the close. A socket that others hold, too, stays
/// open for whoever comes next.
void Listener::let_nobody_begin() {
    const auto endpoint = local_endpoint();
    if (endpoint.protocol().family() == AF_UNIX) {
        ::unlink(path_of(endpoint).c_str());
    } else {
        ignore_newcomers(acceptor_);
    }
}

/// Until there is none left, `count` were accepted, or there is an error.
error_code Listener::accept_some(std::size_t count) {
    error_code error;
    for (; count > 0 && !error; --count) {
        const int descriptor = ::accept4(acceptor_.native_handle(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
        if (descriptor >= 0) {
            emptiest().serve(Socket(descriptor), port_);
        } else {
            error.assign(errno, boost::system::system_category());
        }
        if (error == asio::error::connection_aborted) error.clear();
    }
    return error;
}

Server& Listener::emptiest() const noexcept {
    const auto has_fewer = [](const Server* a, const Server* b) { return a->connections() < b->connections(); };
    return **std::ranges::min_element(servers_, has_fewer);
}

Endpoint Listener::local_endpoint() const {
    error_code ignored;
    return acceptor_.local_endpoint(ignored);
}

ports::Task<void> Listener::run() {
    bool failing = false;
    while (acceptor_.is_open()) {
        error_code error;
        co_await acceptor_.async_wait(Acceptor::wait_read, asio::redirect_error(use_task, error));
        if (!error) error = accept_some(accepted_in_a_turn);
        if (!error || error == asio::error::would_block) {
            failing = false;
            continue;
        }
        if (!acceptor_.is_open()) co_return;
        if (!failing) log_.write(ports::Level::error, "accept_failed", {{"error", error.message()}});
        failing = true;
        pause_.expires_after(accept_pause);
        co_await pause_.async_wait(asio::redirect_error(use_task, error));
    }
}

}  // namespace sessgate::http
