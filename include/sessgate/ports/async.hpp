#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>

#include "sessgate/core/result.hpp"

namespace sessgate::ports {

/// Where a shard's coroutines run. Named, not type-erased: the erased executor costs a virtual call at each step.
using Executor = boost::asio::io_context::executor_type;

template <typename T>
using Task = boost::asio::awaitable<T, Executor>;

/// A `Result<T>`, awaited.
template <typename T>
using Async = Task<core::Result<T>>;

}  // namespace sessgate::ports
