#pragma once

#include <chrono>
#include <map>
#include <mutex>
#include <string>

#include "sessgate/core/time.hpp"
#include "sessgate/ports/log.hpp"

namespace sessgate::adapters::redis {

/// Says what changes about servers, once for each change: many connections of many shards find out the same, and one
/// that fails again and again has nothing new to tell. Any thread.
class Notices {
public:
    explicit Notices(ports::Log& log) : log_(log) {}

    /// Nothing when this is what was said of `server` under this event last, less than a minute ago.
    void say(ports::Level level, std::string_view event, const std::string& server, std::string_view reason) {
        const std::lock_guard lock(mutex_);
        const auto now = core::SteadyTime::clock::now();
        Said& said = said_[std::string(event) + ' ' + server];
        if (said.reason == reason && now - said.at < std::chrono::minutes(1)) return;
        said = {std::string(reason), now};
        log_.write(level, event, {{"server", std::string_view(server)}, {"reason", reason}});
    }

    /// What was said under `event` is over: it is said again when it comes again.
    void over(std::string_view event, const std::string& server) {
        const std::lock_guard lock(mutex_);
        said_.erase(std::string(event) + ' ' + server);
    }

private:
    struct Said {
        std::string reason;
        core::SteadyTime at{};
    };

    ports::Log& log_;
    std::mutex mutex_;
    std::map<std::string, Said> said_;
};

}  // namespace sessgate::adapters::redis
