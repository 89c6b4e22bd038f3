#include "tests/simulation/loop.hpp"

namespace sessgate::simulation {

Loop::Loop() : work_(context_.get_executor()) {}

bool Loop::run_one() {
    kernel().on_idle = [this](Time sleep) {
        wakes_at_ = kernel().now + sleep;
        context_.stop();
    };
    context_.restart();
    return context_.run_one() > 0;
}

}  // namespace sessgate::simulation
