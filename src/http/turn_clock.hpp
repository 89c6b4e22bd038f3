#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>

#include "sessgate/ports/clock.hpp"

namespace sessgate::http {

/// The time of a turn of the event loop: the clock is read once for everything that was ready together. The loop's
/// thread only.
class TurnClock {
public:
    TurnClock(boost::asio::io_context& context, const ports::Clock& clock) noexcept
        : context_(context), clock_(clock) {}

    core::SteadyTime now() {
        if (is_known_) return now_;
        now_ = clock_.steady();
        is_known_ = true;
        // Behind everything that is ready by now.
        boost::asio::post(context_, [this] { is_known_ = false; });
        return now_;
    }

private:
    boost::asio::io_context& context_;
    const ports::Clock& clock_;
    core::SteadyTime now_{};
    bool is_known_ = false;
};

}  // namespace sessgate::http
