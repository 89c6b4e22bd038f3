#pragma once

#include <array>
#include <atomic>
#include <optional>
#include <unordered_map>

#include "sessgate/core/verdict.hpp"
#include "sessgate/ports/bucket_versions.hpp"
#include "sessgate/service/flight.hpp"

namespace sessgate::service {

/// What one read of the store found.
struct SessionRead {
    std::uint64_t number = 0;                 ///< of its flight
    std::optional<std::uint64_t> version;     ///< the store's version of the bucket, as it was before the read
    core::Result<core::SharedSession> found;  ///< null: there is no such session
};

/// One read of the store that callers share.
struct SessionFlight : Flight<SessionRead> {
    SessionFlight(std::uint64_t n, std::uint64_t c) noexcept : number(n), changes(c) {}

    const std::uint64_t number;   ///< flights are numbered in the order in which they begin
    const std::uint64_t changes;  ///< of the session's bucket, when it began
};

/// Single flight: reads of one session that overlap are one read, over all shards. Any thread.
///
/// A read is joined while nothing was ended or changed in its bucket since it began, so that no request that starts
/// after an acknowledged revocation is answered by a read from before it. Numbers tell a caller whether a read that it
/// joined began before its own request did; then it may be older than what its client was told by then.
class SessionFlights {
public:
    using Lead = Leader<SessionFlights, core::SessionId, SessionFlight>;

    /// `changes`: raised by each revocation and each write of the control port, before it is acknowledged.
    explicit SessionFlights(const ports::BucketVersions& changes) noexcept : changes_(changes) {}

    /// A flight with a higher number than this begins after this call.
    std::uint64_t last_number() const noexcept { return last_number_.load(std::memory_order_acquire); }

    struct Boarded {
        std::shared_ptr<SessionFlight> flight;
        bool leads = false;  ///< nobody else does, and the caller has to land it: make a Lead at once
    };

    /// A flight under way for `id` with a number over `after`, or else a new one.
    Boarded board(const core::SessionId& id, std::uint64_t after);

    /// Nobody joins the flight any more, and who waits for it is woken.
    void land(const core::SessionId& id, const std::shared_ptr<SessionFlight>& flight, SessionFlight::Result result);

    /// The session was written: a flight under way, which may have seen it as it was, takes no more joiners.
    void close(const core::SessionId& id);

private:
    struct Stripe {
        std::mutex mutex;
        std::unordered_map<core::SessionId, std::shared_ptr<SessionFlight>> flights;
    };
    static constexpr std::size_t stripe_count = 64;

    Stripe& stripe_of(const core::SessionId& id) noexcept {
        return stripes_[std::hash<core::SessionId>{}(id) % stripe_count];
    }

    const ports::BucketVersions& changes_;
    std::atomic<std::uint64_t> last_number_ = 0;
    std::array<Stripe, stripe_count> stripes_;
};

}  // namespace sessgate::service
