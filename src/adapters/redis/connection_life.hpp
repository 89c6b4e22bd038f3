#pragma once

#include <boost/system/result.hpp>
#include <optional>
#include <string>

#include "adapters/redis/login.hpp"
#include "sessgate/core/time.hpp"

namespace sessgate::adapters::redis {

/// The life of one connection: what has happened and what may happen next. No I/O and no clock; whoever owns it
/// connects, sends and waits as the state says, and tells what came of it.
///
///     stopped -> connecting -> greeting -> ready -> connecting …
///                    ^  '----------'---------'-> resting
///                    '----------------------------'
class ConnectionLife {
public:
    enum class State { stopped, resting, connecting, greeting, ready };

    /// A server that is away is asked again after this, doubled each time up to the highest; of each between a half and
    /// the whole, by chance, so that a hundred sidecars do not come back in step.
    static constexpr auto rest_min = core::Milliseconds(10);
    static constexpr auto rest_max = core::Milliseconds(250);

    /// One that lasted for less than this before it was lost counts as a failure to connect.
    static constexpr auto settled_after = std::chrono::seconds(1);

    explicit ConnectionLife(Login login) : login_(std::move(login)) {}

    State state() const noexcept { return state_; }
    bool is_ready() const noexcept { return state_ == State::ready; }

    /// Whether a call may be queued: one is answered, or is likely to be in a moment. Once a try has failed, calls are
    /// refused until another one succeeded, since a store that is away should be told at once.
    bool accepts_calls() const noexcept;

    /// For the next greeting.
    void use_password(std::string password) { login_.password = std::move(password); }

    /// To `connecting`.
    void start() noexcept;

    /// To `greeting`: send this.
    Request connected();

    /// To `ready`, unless the greeting failed: then it is for the caller to close, and to call `lost`.
    boost::system::result<Server, std::string> greeted(std::span<const Reply> replies, core::SteadyTime now);

    /// The connection broke or could not be made. To `resting`: how long; one that had settled goes to `connecting` at
    /// once, and 0 is given. `chance`: 0 to 1.
    core::Milliseconds lost(core::SteadyTime now, double chance) noexcept;

    /// A connection that worked was closed by us, because of a reply that came late or made no sense: to `connecting`.
    void distrusted() noexcept;

    void stop() noexcept { state_ = State::stopped; }

private:
    Login login_;
    State state_ = State::stopped;
    int failures_ = 0;
    core::SteadyTime ready_since_{};
};

}  // namespace sessgate::adapters::redis
