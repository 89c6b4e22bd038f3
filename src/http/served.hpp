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
/// takes none from those that are served.
class Place {
public:
    Place(Port port, Server::Shared& shared) noexcept;
    ~Place();
    Place(const Place&) = delete;
    Place& operator=(const Place&) = delete;

    bool is_there() const noexcept { return is_there_; }

private:
    std::atomic<std::size_t>* served_;
    bool is_there_;
};

}  // namespace sessgate::http
