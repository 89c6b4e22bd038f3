#include "tests/simulation/network.hpp"

namespace sessgate::simulation {
namespace {

/// Which machine a loop belongs to, and how it reaches others. Owned by the loop's context.
class Socket final : public boost::asio::execution_context::service {
public:
    static inline boost::asio::execution_context::id id;

    explicit Socket(boost::asio::execution_context& context) : boost::asio::execution_context::service(context) {}

    Network* network = nullptr;
    Machine* machine = nullptr;

private:
    void shutdown() noexcept override {}
};

}  // namespace

void Network::attach(Machine& machine, Loop& loop) {
    auto& socket = boost::asio::use_service<Socket>(loop.context());
    socket.network = this;
    socket.machine = &machine;
}

std::shared_ptr<Wire> Network::add_wire(Machine& machine, boost::asio::io_context& context,
                                        adapters::redis::StreamOwner& owner) {
    std::erase_if(wires_, [](const auto& wire) { return wire.expired(); });
    auto wire = std::make_shared<Wire>(*this, machine, context, owner, ++last_number_);
    wires_.push_back(wire);
    return wire;
}

std::vector<std::shared_ptr<Wire>> Network::open_wires() const {
    std::vector<std::shared_ptr<Wire>> open;
    for (const auto& weak : wires_) {
        if (auto wire = weak.lock(); wire && wire->is_open()) open.push_back(std::move(wire));
    }
    return open;
}

std::shared_ptr<adapters::redis::Stream> make_wire(boost::asio::io_context& context, const adapters::redis::Address&,
                                                   boost::asio::ssl::context*, adapters::redis::StreamOwner& owner) {
    const auto& socket = boost::asio::use_service<Socket>(context);
    return socket.network->add_wire(*socket.machine, context, owner);
}

}  // namespace sessgate::simulation
