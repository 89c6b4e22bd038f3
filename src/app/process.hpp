#pragma once

#include <cstddef>

#include "app/config_sources.hpp"
#include "sessgate/ports/log.hpp"

namespace sessgate::app {

/// The variables that this process was started with.
Environment environment_of_process();

/// A log whose reader has gone costs its lines and not the program: writing to it fails instead of ending the process
/// (SIGPIPE).
void outlive_log_reader() noexcept;

/// A crash must not leave tokens in a file: no core is dumped, and other processes of the user cannot read our memory.
void keep_memory_private() noexcept;

/// Cores that this process may run on (its affinity mask); at least 1, at most 256.
std::size_t usable_cores() noexcept;

/// How many data connections this process can hold beside all else that it keeps open with so many shards, at most
/// `wanted`. Raises the soft limit of file descriptors as far as it may, and says so in the log when that is not enough
/// for `wanted`.
std::size_t connections_within_limit(std::size_t wanted, std::size_t shards, ports::Log& log) noexcept;

}  // namespace sessgate::app
