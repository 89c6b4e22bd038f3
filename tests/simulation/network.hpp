#pragma once

#include "tests/simulation/wire.hpp"

namespace sessgate::simulation {

/// What answers at the other end of wires.
class Server {
public:
    virtual ~Server() = default;
    virtual void on_open(Wire& wire) = 0;
    virtual void on_bytes(Wire& wire, std::string_view bytes) = 0;
    virtual void on_closed(Wire& wire) = 0;
};

/// The network between the machines and the one server.
class Network {
public:
    explicit Network(World& world) noexcept : world_(world) {}

    /// Null: connections are refused.
    void serve(Server* server) noexcept { server_ = server; }

    /// The machine's connections are made here. To be called before any is.
    void attach(Machine& machine, Loop& loop);

    std::shared_ptr<Wire> add_wire(Machine& machine, boost::asio::io_context& context,
                                   adapters::redis::StreamOwner& owner);

    /// Those that the server has now.
    std::vector<std::shared_ptr<Wire>> open_wires() const;

    /// Nothing arrives before: neither at the server nor, without `machine`, at anybody.
    void hold(Time until) noexcept { held_until_ = until; }
    void hold_server(Time until) noexcept { server_held_until_ = until; }

    /// Changes what arrives from the server; may be empty.
    void garble(std::function<void(std::string&)> garbling) { garbling_ = std::move(garbling); }

private:
    friend class Wire;

    World& world_;
    Server* server_ = nullptr;
    std::vector<std::weak_ptr<Wire>> wires_;
    std::uint64_t last_number_ = 0;
    Time held_until_{};
    Time server_held_until_{};
    std::function<void(std::string&)> garbling_;
};

/// Makes streams on a loop that was attached (adapters::redis::Target::make_stream).
std::shared_ptr<adapters::redis::Stream> make_wire(boost::asio::io_context& context, const adapters::redis::Address&,
                                                   boost::asio::ssl::context*, adapters::redis::StreamOwner& owner);

}  // namespace sessgate::simulation
