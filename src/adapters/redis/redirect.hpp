#pragma once

#include <optional>
#include <span>

#include "adapters/redis/pipeline.hpp"
#include "adapters/redis/stream.hpp"

namespace sessgate::adapters::redis {

/// Where a node of a cluster sends us instead of doing what was asked.
struct Redirect {
    enum class Kind {
        moved,      ///< the slot is another node's
        ask,        ///< this key is at another node already, this once
        try_again,  ///< the slot is on its way, or the cluster about to choose
    };

    Kind kind = Kind::try_again;
    Address address{};  ///< of `moved` and `ask`; the host is empty where it is that of the node that said so
};

/// Nullopt: `error` is none of those.
std::optional<Redirect> read_redirect(const Reply& error);

/// The first one in `replies`. What has one in it was not done there, as far as it has keys.
std::optional<Redirect> first_redirect(std::span<const Reply> replies);

}  // namespace sessgate::adapters::redis
