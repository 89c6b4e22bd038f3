#pragma once

#include <boost/asio/basic_socket_acceptor.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/system/result.hpp>

#include "sessgate/http/server.hpp"

namespace sessgate::http {

using Endpoint = boost::asio::generic::stream_protocol::endpoint;
using Acceptor = boost::asio::basic_socket_acceptor<boost::asio::generic::stream_protocol, ports::Executor>;

/// A bound and listening socket. For a unix address a file left by a program that has ended is replaced, one that
/// somebody listens on is `address_in_use`, and the new file has mode `file_mode`.
boost::system::result<Acceptor> listen_on(boost::asio::io_context& context, const Endpoint& endpoint,
                                          unsigned file_mode);

/// A socket that listens, and what becomes of the file of a unix address.
struct ListeningSocket {
    Acceptor acceptor;
    bool is_ours = true;  ///< false: it was opened for us, and others hold it, too
};

/// Takes connections off an acceptor and gives each to the server with the fewest: a proxy holds few, long ones, which
/// the kernel's own spreading may pile onto one shard. Goes on after EMFILE and its like. The thread of the acceptor.
class Listener {
public:
    /// `servers`: at least one.
    Listener(ListeningSocket socket, std::vector<Server*> servers, Port port, ports::Log& log);

    void start();

    /// Serves the connections that were made already, then accepts no more.
    void stop();

    /// The address that was really bound: port 0 has become a number.
    Endpoint local_endpoint() const;

private:
    ports::Task<void> run();
    void let_nobody_begin();
    boost::system::error_code accept_some(std::size_t count);
    Server& emptiest() const noexcept;

    Acceptor acceptor_;
    boost::asio::basic_waitable_timer<std::chrono::steady_clock, boost::asio::wait_traits<std::chrono::steady_clock>,
                                      ports::Executor>
        pause_;
    bool is_ours_;
    std::vector<Server*> servers_;
    Port port_;
    ports::Log& log_;
};

}  // namespace sessgate::http
