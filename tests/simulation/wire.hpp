#pragma once

#include <deque>

#include "adapters/redis/stream.hpp"
#include "tests/simulation/world.hpp"

namespace sessgate::simulation {

class Network;

/// One connection: to the sidecar a stream, to the server something that it can send on. Bytes keep their order in
/// each direction, and nothing else is sure.
class Wire final : public adapters::redis::Stream, public std::enable_shared_from_this<Wire> {
public:
    Wire(Network& network, Machine& machine, boost::asio::io_context& context, adapters::redis::StreamOwner& owner,
         std::uint64_t number) noexcept
        : network_(network), machine_(machine), context_(&context), owner_(&owner), number_(number) {}

    void connect() override;
    void write(std::string& bytes) override;
    void close() noexcept override;

    /// The server's side.
    void send(std::string bytes);

    /// How many were made before: an order that is the same in every run, as addresses are not.
    std::uint64_t number() const noexcept { return number_; }
    bool is_open() const noexcept { return is_open_; }

    /// From now on it takes so much longer.
    void slow_down(Time delay) noexcept { delay_ = delay; }

    /// Both sides learn at once that it is gone; what was under way is lost.
    void cut();

    /// Nothing arrives any more, and nobody is told before TCP gives up.
    void go_dead();

private:
    struct Line {
        std::deque<std::string> under_way{};
        Time last_arrival{};
    };

    void opened();
    void arrive_at_server();
    void arrive_at_client();
    void schedule(Line& line, std::string bytes, void (Wire::*arrival)());
    void tell(std::function<void(adapters::redis::StreamOwner&)> what);
    void tell_broken(const boost::system::error_code& error);

    Network& network_;
    Machine& machine_;
    boost::asio::io_context* context_;
    adapters::redis::StreamOwner* owner_;
    std::uint64_t number_;
    Line to_server_{};
    Line to_client_{};
    Time delay_{};
    bool is_open_ = false;  ///< as the server sees it
    bool is_dead_ = false;
};

}  // namespace sessgate::simulation
