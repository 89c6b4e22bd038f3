#include "tests/simulation/wire.hpp"

#include <boost/asio/error.hpp>
#include <boost/asio/post.hpp>

#include "tests/simulation/network.hpp"

namespace sessgate::simulation {
namespace {

namespace error = boost::asio::error;

constexpr Time delay_min = 50us;
constexpr Time delay_max = 800us;

/// What the real stream asks of TCP (TCP_USER_TIMEOUT).
constexpr Time tcp_patience = 2s;

}  // namespace

/// On the loop's own thread, also when it was closed or its loop destroyed meanwhile: then nobody is told.
void Wire::tell(std::function<void(adapters::redis::StreamOwner&)> what) {
    if (owner_ == nullptr) return;
    boost::asio::post(*context_, [self = shared_from_this(), what = std::move(what)] {
        if (self->owner_ != nullptr) what(*self->owner_);
    });
    network_.world_.wake(machine_);
}

void Wire::tell_broken(const boost::system::error_code& why) {
    tell([self = shared_from_this(), why](auto& owner) {
        self->owner_ = nullptr;
        owner.on_broken(why);
    });
}

void Wire::connect() {
    const Time delay = network_.world_.chance().between(delay_min, delay_max);
    network_.world_.at(std::max(network_.world_.now() + delay, network_.held_until_), [self = shared_from_this()] {
        if (self->owner_ == nullptr) return;
        self->network_.server_ != nullptr ? self->opened() : self->tell_broken(error::connection_refused);
    });
}

void Wire::opened() {
    is_open_ = true;
    network_.server_->on_open(*this);
    tell([](auto& owner) { owner.on_connected(); });
}

void Wire::write(std::string& bytes) {
    schedule(to_server_, std::exchange(bytes, {}), &Wire::arrive_at_server);
    tell([](auto& owner) { owner.on_written(); });
}

/// What was written arrives all the same.
void Wire::close() noexcept {
    if (std::exchange(owner_, nullptr) == nullptr || !is_open_) return;
    schedule(to_server_, {}, &Wire::arrive_at_server);
}

void Wire::send(std::string bytes) {
    if (network_.garbling_) network_.garbling_(bytes);
    // TCP knows no messages.
    Chance& chance = network_.world_.chance();
    const std::size_t split = bytes.size() > 1 && chance.one_in(8) ? chance.below(bytes.size()) : 0;
    if (split > 0) schedule(to_client_, bytes.substr(0, split), &Wire::arrive_at_client);
    schedule(to_client_, bytes.substr(split), &Wire::arrive_at_client);
}

void Wire::schedule(Line& line, std::string bytes, void (Wire::*arrival)()) {
    World& world = network_.world_;
    const Time delay = delay_ + world.chance().between(delay_min, delay_max);
    line.last_arrival = std::max({line.last_arrival, world.now() + delay, network_.held_until_});
    line.under_way.push_back(std::move(bytes));
    world.at(line.last_arrival, [self = shared_from_this(), arrival] { (self.get()->*arrival)(); });
}

/// Nothing: the end of the line.
void Wire::arrive_at_server() {
    World& world = network_.world_;
    if (world.now() < network_.server_held_until_) {
        return world.at(network_.server_held_until_, [self = shared_from_this()] { self->arrive_at_server(); });
    }
    if (!is_open_ || to_server_.under_way.empty()) return;
    const std::string bytes = std::move(to_server_.under_way.front());
    to_server_.under_way.pop_front();
    if (is_dead_) return;
    world.note(machine_.name + " >", bytes);
    if (!bytes.empty()) return network_.server_->on_bytes(*this, bytes);
    is_open_ = false;
    network_.server_->on_closed(*this);
}

void Wire::arrive_at_client() {
    if (!is_open_ || to_client_.under_way.empty()) return;
    const std::string bytes = std::move(to_client_.under_way.front());
    to_client_.under_way.pop_front();
    if (is_dead_ || owner_ == nullptr) return;
    network_.world_.note(machine_.name + " <", bytes);
    tell([bytes](auto& owner) { owner.on_bytes(bytes); });
}

void Wire::cut() {
    if (!std::exchange(is_open_, false)) return;
    network_.server_->on_closed(*this);
    tell_broken(error::connection_reset);
}

void Wire::go_dead() {
    is_dead_ = true;
    network_.world_.after(tcp_patience, [self = shared_from_this()] { self->cut(); });
}

}  // namespace sessgate::simulation
