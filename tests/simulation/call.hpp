#pragma once

#include <boost/asio/co_spawn.hpp>

#include "tests/simulation/sidecar.hpp"

namespace sessgate::simulation {

template <typename T, typename Then>
ports::Task<void> tell(ports::Task<T> call, Then then) {
    T result = co_await std::move(call);
    then(std::move(result));
}

/// Runs `call` on one of the sidecar's shards; `then` gets its result, unless the process ends before.
template <typename T, typename Then>
void start(World& world, Sidecar& sidecar, std::size_t shard, ports::Task<T> call, Then then) {
    const auto rethrow = [](std::exception_ptr error) {
        if (error) std::rethrow_exception(error);
    };
    boost::asio::co_spawn(sidecar.context(shard), tell(std::move(call), std::move(then)), rethrow);
    world.wake(sidecar.machine());
}

}  // namespace sessgate::simulation
