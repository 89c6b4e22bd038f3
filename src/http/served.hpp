#pragma once

#include <memory>

#include "sessgate/http/server.hpp"

namespace sessgate::http {

/// A connection from `Server::serve` until it is closed, among those of its shard. Keeps what they share alive, since a
/// connection may outlive its server by as long as the event loop takes to be destroyed.
class Served {
public:
    /// Any thread.
    explicit Served(std::shared_ptr<Server::Shared> shared) noexcept;
    Served(Served&&) noexcept = default;
    Served& operator=(Served&&) = delete;
    Served(const Served&) = delete;
    ~Served();

    Server::Shared& shared() const noexcept { return *shared_; }

private:
    std::shared_ptr<Server::Shared> shared_;
};

/// One of the places that the data port has; on the control port everybody has one. A connection that is turned away
/// takes none from those that are served. Only some at a time are told why, or those who stay until they are would use
/// up the descriptors that are kept for others.
class Place {
public:
    Place(Port port, Server::Shared& shared) noexcept;
    ~Place();
    Place(const Place&) = delete;
    Place& operator=(const Place&) = delete;

    bool is_there() const noexcept { return is_there_; }

    /// Where it is not there: whether its connection is answered, and not just closed.
    bool is_told() const noexcept { return is_told_; }

private:
    static constexpr std::size_t told_at_a_time = 32;

    ServerState& state_;
    bool is_counted_;
    bool is_there_;
    bool is_told_;
};

}  // namespace sessgate::http
