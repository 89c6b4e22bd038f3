#include "adapters/redis/connection_life.hpp"

#include <algorithm>

namespace sessgate::adapters::redis {

bool ConnectionLife::accepts_calls() const noexcept {
    if (state_ == State::ready) return true;
    return failures_ == 0 && (state_ == State::connecting || state_ == State::greeting);
}

void ConnectionLife::start() noexcept {
    state_ = State::connecting;
}

Request ConnectionLife::connected() {
    state_ = State::greeting;
    return greeting(login_);
}

boost::system::result<Server, std::string> ConnectionLife::greeted(std::span<const Reply> replies,
                                                                   core::SteadyTime now) {
    auto server = read_greeting(login_, replies);
    if (!server) return server;
    state_ = State::ready;
    ready_since_ = now;
    return server;
}

core::Milliseconds ConnectionLife::lost(core::SteadyTime now, double chance) noexcept {
    const bool had_settled = state_ == State::ready && now - ready_since_ >= settled_after;
    if (had_settled) {
        distrusted();
        return core::Milliseconds(0);
    }
    state_ = State::resting;
    constexpr int doublings_max = 5;
    const auto longest = std::min(rest_min * (1 << std::min(failures_, doublings_max)), rest_max);
    ++failures_;
    return core::Milliseconds(static_cast<std::int64_t>(static_cast<double>(longest.count()) * (0.5 + chance / 2)));
}

void ConnectionLife::distrusted() noexcept {
    state_ = State::connecting;
    failures_ = 0;
}

}  // namespace sessgate::adapters::redis
