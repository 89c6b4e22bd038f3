#pragma once

#include <memory>

#include "adapters/redis/connection.hpp"
#include "adapters/redis/lease.hpp"
#include "adapters/redis/pairings.hpp"

namespace sessgate::adapters::redis {

/// One server as all threads of this process know it.
struct Node {
    Target target;
    Lease lease{};
    Pairings pairings{};

    /// Set by whoever finds out that the server is no primary any more; the invalidation link is then made anew.
    std::atomic<bool> link_is_doubted = false;
};

using NodePointer = std::shared_ptr<Node>;

}  // namespace sessgate::adapters::redis
