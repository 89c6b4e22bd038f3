#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "sessgate/app/config.hpp"
#include "sessgate/ports/clock.hpp"
#include "sessgate/ports/log.hpp"
#include "sessgate/ports/random_source.hpp"
#include "sessgate/ports/session_store.hpp"
#include "sessgate/ports/store_state.hpp"

namespace sessgate::app {

/// An opened store, from which each shard takes its own.
class StoreHandle {
public:
    virtual ~StoreHandle() = default;
    virtual std::unique_ptr<ports::SessionStore> open_shard(const ports::Executor& executor) = 0;

    /// Records are written with the first of these from now on, and read with all. Whether these are other keys than
    /// before. Any thread.
    virtual bool replace_record_keys([[maybe_unused]] const std::vector<core::RecordKey>& keys) { return false; }

    /// Any thread.
    virtual ports::StoreState state() const { return {}; }
};

/// The addresses that were really bound, as settings write them.
struct Addresses {
    std::string listen;
    std::string control;
};

/// The settings as they are now.
struct RereadConfig {
    Config config;                          ///< to work with from now on, when there is no mistake
    std::vector<std::string> mistakes;      ///< one sentence each
    std::vector<std::string> need_restart;  ///< settings that have changed, and in `config` have not
};

/// Listening sockets that the service manager opened for the program: they stand in for `listen` and `control.listen`.
struct InheritedSockets {
    std::optional<int> listen{};
    std::optional<int> control{};
};

/// What the program takes from the world. Tests give a manual clock, a store that fails, and learn the ports.
struct Surroundings {
    const ports::Clock& clock;
    ports::RandomSource& random;
    ports::Log& log;

    /// Opens what `store.url` names; the error is a sentence for whoever starts the program.
    std::function<boost::system::result<std::unique_ptr<StoreHandle>, std::string>()> open_store;

    /// Reads the settings again, on a thread of its own.
    std::function<RereadConfig()> reread_config;

    /// Called once, on the thread of `run`, when requests are served. `stop` does what SIGTERM does, from any thread.
    std::function<void(const Addresses&, std::function<void()> stop)> when_ready;

    InheritedSockets inherited{};

    /// Called once, on the thread of `run`, when stopping begins.
    std::function<void()> when_stopping = [] {};
};

/// Serves until SIGTERM, SIGINT or `stop`, then drains. The exit code: 0, or 1 when it could not start, with the reason
/// on standard error.
int run(const Config& config, const Surroundings& surroundings);

/// The same in the real world: what `sessgate serve` does.
int run(const Config& config, std::function<RereadConfig()> reread_config);

}  // namespace sessgate::app
