#pragma once

#include <boost/asio/signal_set.hpp>
#include <boost/asio/thread_pool.hpp>

#include "app/shards.hpp"

namespace sessgate::app {

/// Settings read again while the program serves, on SIGHUP or when asked to. All shards get the new ones, each between
/// two of its turns, or with a mistake in them none does.
class Reloading {
public:
    /// `state.reload` is this object's from here on.
    Reloading(const Config& config, const Surroundings& surroundings, Shards& shards, StoreHandle& store,
              service::Commons& commons, http::ServerState& state);

    /// When the shards' threads have ended. Waits for a reading that is under way.
    ~Reloading();
    Reloading(const Reloading&) = delete;
    Reloading& operator=(const Reloading&) = delete;

    /// Any thread.
    void reload(http::ReloadDone done);

private:
    void wait_for_signal();
    RereadConfig read() const noexcept;
    void apply(const RereadConfig& read, const http::ReloadDone& done);
    void refuse(const http::ReloadOutcome& outcome);

    const Config& config_;
    const Surroundings& surroundings_;
    Shards& shards_;
    StoreHandle& store_;
    service::Commons& commons_;
    boost::asio::signal_set signals_;
    /// Disks may hang, and a shard must not. One thread: of two readings the later one is what counts in the end.
    boost::asio::thread_pool reader_{1};
};

}  // namespace sessgate::app
