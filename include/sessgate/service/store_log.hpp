#pragma once

#include <atomic>
#include <mutex>
#include <optional>
#include <string_view>

#include "sessgate/core/ids.hpp"
#include "sessgate/core/result.hpp"
#include "sessgate/ports/clock.hpp"
#include "sessgate/ports/log.hpp"

namespace sessgate::service {

/// What a log line shows of a request. Any of it may be empty.
struct RequestMark {
    std::string_view endpoint{};
    std::string_view request_id{};
    std::string_view trace_id{};
    std::string_view parent_id{};
};

/// Says once that the store fails, and once that it answers again: transitions, not requests. A store that reads and
/// cannot write fails and answers in turns, so it answers again only after a second without a failure. One for a
/// process, so that a failure is one line however many shards meet it. Any thread.
class StoreLog {
public:
    StoreLog(ports::Log& log, const ports::Clock& clock) : log_(log), clock_(clock) {}

    void failed(std::string_view operation, core::Errc error) noexcept;

    /// A request was told `unavailable` because of `error`. At most one line a second, with how many there were.
    void request_failed(const RequestMark& request, core::Errc error) noexcept;

    void succeeded() noexcept {
        if (failing_.load(std::memory_order_relaxed)) recovered();
    }

    /// A retired token was presented: a client that came back from an old backup, or a thief. At most one line a
    /// second, with how many there were, since an attacker could send them without end.
    void token_superseded(const core::SessionId& id) noexcept;

private:
    /// Something of which at most one line a second is written.
    struct Repeated {
        core::SteadyTime logged{};
        std::int64_t count = 0;  ///< since then

        /// How many it was since the last line, when it is time for another one.
        std::optional<std::int64_t> happened(core::SteadyTime now) noexcept;
    };

    void note_failure(std::string_view operation, core::Errc error) noexcept;
    void recovered() noexcept;

    ports::Log& log_;
    const ports::Clock& clock_;
    std::mutex mutex_;
    std::atomic<bool> failing_ = false;  ///< written under the mutex
    core::SteadyTime failing_since_{};
    core::SteadyTime failed_last_{};
    Repeated superseded_;
    Repeated requests_failed_;
};

}  // namespace sessgate::service
