#pragma once

#include "adapters/redis/connection.hpp"
#include "sessgate/core/result.hpp"
#include "sessgate/ports/async.hpp"

namespace sessgate::adapters::redis {

/// How many replicas must have a write, and how long to wait for them.
struct Replicas {
    unsigned count = 0;  ///< 0: none is waited for
    core::Milliseconds patience{};
};

/// What EXEC did.
struct Commit {
    bool is_done = false;          ///< false: a watched key had changed, and nothing was written
    std::vector<Reply> replies{};  ///< of the commands, when it is done
    bool is_replicated = true;     ///< as many replicas as wanted had it in time
};

/// MULTI, `commands`, EXEC, on the connection and in the incarnation where `watched` was answered, or not at all: on
/// another one nothing would be watched. Errc::store_timeout: they may have been done; any other error: they were not.
ports::Async<Commit> commit(Connection& connection, const Answer& watched, const Request& commands,
                            core::SteadyTime deadline, Replicas replicas = {});

/// Ends the watch with nothing written.
ports::Task<void> unwatch(Connection& connection, const Answer& watched, core::SteadyTime deadline);

}  // namespace sessgate::adapters::redis
