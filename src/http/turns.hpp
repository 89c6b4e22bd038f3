#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/smart_ptr/intrusive_ptr.hpp>
#include <memory>
#include <vector>

#include "sessgate/ports/clock.hpp"

namespace sessgate::http {

class Connection;

/// Lets the connections of a shard look for their next request one after another, each after all others that are ready.
/// One handler serves a crowd of them: a post for each request took a tenth of its instructions (2026). A few look
/// before the first of them is answered, so that what their answers need is on its way from main memory: waiting for it
/// took a twentieth of a request's time (2026; make bench).
class Turns : public std::enable_shared_from_this<Turns> {
public:
    Turns(boost::asio::io_context& context, const ports::Clock& clock) noexcept;
    ~Turns();

    /// Keeps `connection` until it has had its turn: `Connection::look`, then `serve`.
    void add(boost::intrusive_ptr<Connection> connection);

    /// Forgets who waits.
    void drop();

private:
    using Waiting = std::vector<boost::intrusive_ptr<Connection>>;

    /// Served by one handler; then whatever else the shard has to do comes first, such as to send what they ask of
    /// Redis: with twice as many, Redis and the shard waited for each other (2026).
    static constexpr std::size_t crowd_max = 32;

    /// So many look before the first of them is served.
    static constexpr std::size_t group_max = 16;

    void serve_some();
    void serve_group();
    void call_later();

    boost::asio::io_context& context_;
    const ports::Clock& clock_;
    Waiting waiting_;
    Waiting served_;
    std::size_t next_ = 0;  ///< of `served_`
    bool is_called_ = false;
};

}  // namespace sessgate::http
