#pragma once

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>

#include "sessgate/ports/async.hpp"
#include "tests/simulation/kernel.hpp"

namespace sessgate::simulation {

/// An event loop that is run handler by handler, and tells when its next timer is due.
class Loop {
public:
    Loop();

    boost::asio::io_context& context() noexcept { return context_; }

    /// Runs one handler, if one is ready.
    bool run_one();

    /// Known once `run_one` has found nothing to do.
    Time wakes_at() const noexcept { return wakes_at_; }

private:
    boost::asio::io_context context_{1};
    boost::asio::executor_work_guard<ports::Executor> work_;
    Time wakes_at_{};
};

}  // namespace sessgate::simulation
