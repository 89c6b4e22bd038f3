#pragma once

#include "sessgate/ports/bucket_versions.hpp"
#include "sessgate/service/scope_memo.hpp"
#include "sessgate/service/scope_overrides.hpp"
#include "sessgate/service/session_flights.hpp"

namespace sessgate::service {

/// What the shards of one process share on a request's path. Any thread. Outlives every event loop of theirs: a
/// coroutine that is destroyed with its loop still lands its flight.
struct Commons {
    Commons(const ports::Clock& clock, ports::RandomSource& random)
        : scope_keys(random), memo(clock), overrides(clock) {}

    /// Raised by each revocation and each write of the control port, after the store's answer and before the caller's.
    /// What was read or found out under a lower number answers nobody who asks from then on: that is the barrier.
    ports::BucketVersions changes;
    SessionFlights flights{changes};
    ScopeKeyMaker scope_keys;
    ScopeMemo memo;
    ScopeOverrides overrides;
};

}  // namespace sessgate::service
