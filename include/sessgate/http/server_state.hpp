#pragma once

#include <atomic>
#include <deque>
#include <functional>
#include <string_view>

#include "sessgate/core/time.hpp"
#include "sessgate/http/peer_rates.hpp"
#include "sessgate/http/reload.hpp"
#include "sessgate/ports/metrics.hpp"
#include "sessgate/ports/store_state.hpp"

namespace sessgate::http {

/// What the servers of one process have in common. Outlives their event loops. Any thread.
struct ServerState {
    /// Counters for so many shards, over a store of this kind.
    ServerState(std::size_t shards, std::string_view kind);

    std::atomic<bool> is_ready = true;      ///< false: `/readyz` says no, and everything else goes on
    std::atomic<bool> is_draining = false;  ///< true: each answer closes its connection
    std::atomic<std::size_t> served = 0;    ///< connections on the data port, which have a limit
    std::atomic<std::size_t> told = 0;      ///< connections beyond that, which are told so
    PeerRates peer_rates;
    std::function<void(ReloadDone)> reload{};  ///< what `/reload` does; there before anything is served

    std::deque<ports::Metrics> metrics;  ///< of each shard
    const std::string_view store_kind;
    std::function<ports::StoreState()> store_state = [] { return ports::StoreState{}; };  ///< set before the start
};

}  // namespace sessgate::http
