#pragma once

#include <atomic>
#include <mutex>
#include <string_view>

#include "sessgate/core/ids.hpp"
#include "sessgate/core/result.hpp"
#include "sessgate/ports/clock.hpp"
#include "sessgate/ports/log.hpp"

namespace sessgate::service {

/// Says once that the store fails, and once that it answers again: transitions, not requests. A store that reads and
/// cannot write fails and answers in turns, so it answers again only after a second without a failure. One for a
/// process, so that a failure is one line however many shards meet it. Any thread.
class StoreLog {
public:
    StoreLog(ports::Log& log, const ports::Clock& clock) : log_(log), clock_(clock) {}

    void failed(std::string_view operation, core::Errc error) noexcept;

    void succeeded() noexcept {
        if (failing_.load(std::memory_order_relaxed)) recovered();
    }

    /// A retired token was presented: a client that came back from an old backup, or a thief. At most one line a
    /// second, with how many there were, since an attacker could send them without end.
    void token_superseded(const core::SessionId& id) noexcept;

private:
    void recovered() noexcept;

    ports::Log& log_;
    const ports::Clock& clock_;
    std::mutex mutex_;
    std::atomic<bool> failing_ = false;  ///< written under the mutex
    core::SteadyTime failing_since_{};
    core::SteadyTime failed_last_{};
    core::SteadyTime superseded_logged_{};
    std::int64_t superseded_ = 0;
};

}  // namespace sessgate::service
