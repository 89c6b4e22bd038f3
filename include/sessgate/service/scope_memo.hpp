#pragma once

#include "sessgate/core/verdict.hpp"
#include "sessgate/ports/clock.hpp"
#include "sessgate/service/flight.hpp"
#include "sessgate/service/scope_key.hpp"
#include "sessgate/service/timed_table.hpp"

namespace sessgate::service {

/// How long one scope is remembered, from its first answer on.
constexpr core::Milliseconds scope_lifetime = std::chrono::seconds(5);

/// What a caller asks within a scope.
struct ScopeQuestion {
    ScopeKey key;
    std::uint64_t changes = 0;  ///< of the tokens' buckets together, read for this question
    bool renew = true;
};

/// One validation that the callers of a scope share.
struct ScopeFlight : Flight<core::Verdict> {
    explicit ScopeFlight(const ScopeQuestion& q) noexcept : question(q) {}
    const ScopeQuestion question;
};

/// The memo: calls of one browser request with the same credential get one verdict, whole, from one validation, over
/// all shards and also while that is under way. Any thread.
///
/// An entry is believed while nothing was ended or changed in the buckets of its tokens since its validation began: a
/// revocation is acknowledged after that number was raised, and from then on the entry is never found again.
class ScopeMemo {
public:
    using Lead = Leader<ScopeMemo, ScopeKey, ScopeFlight>;

    explicit ScopeMemo(const ports::Clock& clock) noexcept : clock_(clock) {}

    /// One of the two.
    struct Found {
        ScopeFlight::Result verdict;          ///< the answer already found
        std::shared_ptr<ScopeFlight> flight;  ///< or the validation that finds it
        bool leads = false;                   ///< nobody else makes it, and the caller has to: make a Lead at once
    };
    Found ask(const ScopeQuestion& question);

    /// The answer already found; null: there is none, and nobody was told to find it.
    ScopeFlight::Result find(const ScopeQuestion& question);

    /// Whether there is any answer under this key, or one is being found.
    bool is_known(const ScopeKey& key);

    /// Keeps the verdict, wakes who waits. Unavailable is not kept: the next caller tries again.
    void land(const ScopeKey& key, const std::shared_ptr<ScopeFlight>& flight, ScopeFlight::Result verdict);

private:
    struct Answer {
        ScopeQuestion question;
        ScopeFlight::Result verdict;
    };
    static constexpr std::size_t stripe_count = 64;

    /// Of all stripes 65,536: at more than 13,000 scopes a second they go earlier than after their lifetime, and a
    /// late call of theirs costs a look-up of its own.
    static constexpr std::size_t answers_max = 1024;

    struct Stripe {
        std::mutex mutex;
        std::unordered_map<ScopeKey, std::shared_ptr<ScopeFlight>, ScopeKeyHash> flights;
        TimedTable<ScopeKey, Answer, ScopeKeyHash> answers{answers_max, scope_lifetime};
    };

    Stripe& stripe_of(const ScopeKey& key) noexcept { return stripes_[key.back() % stripe_count]; }
    bool serves(const Answer& answer, const ScopeQuestion& question) const noexcept;

    const ports::Clock& clock_;
    std::array<Stripe, stripe_count> stripes_;
};

}  // namespace sessgate::service
