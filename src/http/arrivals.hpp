#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/basic_stream_descriptor.hpp>
#include <cstdint>

#include "sessgate/http/socket.hpp"
#include "sessgate/ports/async.hpp"

namespace sessgate::http {

/// Tells the connections of a shard when there is something for them: an epoll set of their sockets, inside the one of
/// the event loop. Asio's own sockets read once before each wait, nearly always in vain; without that a request to one
/// of two shards took nine tenths of the CPU (2026; make bench). The loop's thread only.
class Arrivals {
public:
    /// What has become of a socket. Told once for each change.
    struct News {
        bool can_read = false;   ///< there is something to read, or an end
        bool can_write = false;  ///< there is room
        bool has_more = false;   ///< behind what is still to be read stands an end, or an urgent mark
    };

    class Watcher {
    public:
        /// Destroys nothing inside.
        virtual void on_ready(const News& news) noexcept = 0;

    protected:
        ~Watcher() = default;
    };

    /// Throws system_error.
    explicit Arrivals(boost::asio::io_context& context);

    /// Tells `watcher` of each change. Throws system_error.
    void add(const Socket& socket, Watcher& watcher);

    /// To close the socket would be enough, but for a process that was just forked and still holds it, too.
    void remove(const Socket& socket) noexcept;

    /// Whether it is told of room to write as well, which it is at once if there is some. Throws system_error.
    void watch_room(const Socket& socket, Watcher& watcher, bool watches);

private:
    void control(int operation, const Socket& socket, Watcher& watcher, std::uint32_t events);
    void collect();

    boost::asio::io_context& context_;
    boost::asio::posix::basic_stream_descriptor<ports::Executor> set_;
};

}  // namespace sessgate::http
