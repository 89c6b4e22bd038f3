#pragma once

#include <map>

#include "sessgate/core/verdict.hpp"
#include "tests/simulation/world.hpp"

namespace sessgate::simulation {

/// That something was acknowledged, when, and in which life of which sidecar.
struct Acknowledged {
    Time at{};
    std::uint64_t life = 0;
};

/// One call of `validate`, as whoever sent it knows it.
struct Request {
    std::size_t session = 0;  ///< its number in the ledger
    core::Token token;
    std::optional<core::Token> older{};  ///< sent before it, as a browser with two cookies of one name does
    bool is_honest = false;              ///< the token is what its browser should have
    bool is_forged = false;              ///< the secret was made up
    bool is_scoped = false;
    Time begun{};
    std::uint64_t life = 0;
};

/// What is known for sure about one session, from what was asked for and acknowledged.
struct Entry {
    core::SessionId id;
    core::UserId user;
    std::optional<core::WallTime> absolute_end{};
    core::WallTime alive_until{};  ///< at least
    Time began{};                  ///< its creation was acknowledged
    bool may_have_ended = false;   ///< its end was asked for
    bool may_have_moved = false;   ///< a new token was asked for that its browser may not have got
    std::optional<Acknowledged> ended{};
    using Secret = std::array<std::uint8_t, 32>;
    std::map<Secret, core::Secret> successors{};
    std::map<Secret, Acknowledged> superseded{};
    std::vector<Acknowledged> changes{};  ///< each added one to the attribute `n`
};

/// Holds every answer against what was acknowledged before its request began. Knows nothing of how sessgate works.
class Ledger {
public:
    explicit Ledger(World& world) noexcept : world_(world) {}

    std::size_t add(Entry entry);
    Entry& entry(std::size_t session) { return entries_[session]; }
    std::size_t size() const noexcept { return entries_.size(); }

    /// The end of all the user's sessions was asked for; those that begin meanwhile may end as well.
    void user_is_ending(const core::UserId& user);

    /// And was acknowledged, for all that the user had before `asked`.
    void user_ended(const core::UserId& user, Time asked, Acknowledged acknowledged);
    void user_changed(const core::UserId& user, std::uint64_t version, Acknowledged acknowledged);

    void check(const Request& request, const core::Verdict& verdict);

    /// The answer came now, and nothing stopped the sidecar's machine meanwhile.
    void check_duration(const Request& request);

    /// After all faults: everybody has to get the right answer again.
    void check_calm(const Request& request, const core::Verdict& verdict);

    void wrong(std::string what);
    const std::vector<std::string>& mistakes() const noexcept { return mistakes_; }

    struct Figures {
        std::uint64_t allows = 0;
        std::uint64_t denies = 0;
        std::uint64_t unavailable = 0;
        std::uint64_t renewals = 0;
        std::uint64_t successors = 0;
        std::uint64_t superseded = 0;
        std::uint64_t revocations = 0;
        Time longest{};  ///< that an answer took

        void add(const Figures& other) noexcept;
    };
    Figures figures{};

private:
    struct UserChange {
        std::uint64_t version;
        Acknowledged acknowledged;
    };

    void check_allow(const Request& request, const core::Allow& allow);
    void check_deny(const Request& request, const core::Deny& deny);
    void check_successor(const Request& request, const core::Allow& allow);
    void check_contents(const Request& request, const core::Allow& allow);
    bool is_surely_alive(const Entry& entry) const;

    World& world_;
    std::vector<Entry> entries_;
    std::map<core::UserId, std::vector<UserChange>> user_changes_;
    std::map<core::UserId, Time> ends_until_;
    std::vector<std::string> mistakes_;
};

/// Whether whoever asks so has to know of it. In the same process at once; elsewhere once the near-cache's lease and
/// the scope's memory are over (README, docs).
bool is_bound_by(const Request& request, const Acknowledged& acknowledged);

}  // namespace sessgate::simulation
