#include <algorithm>
#include <tuple>

#include "sessgate/service/session_service.hpp"

namespace sessgate::service {
namespace {

constexpr std::size_t page_size = 64;

/// What the choice among a user's sessions needs of each.
struct Candidate {
    core::SessionId id;
    core::WallTime created_at;
    core::WallTime idle_until;
};

/// The one order of sign-ins, the same to everyone who looks.
bool came_before(const Candidate& a, const Candidate& b) noexcept {
    return std::tie(a.created_at, a.id) < std::tie(b.created_at, b.id);
}

bool ends_before(const Candidate& a, const Candidate& b) noexcept {
    return std::tie(a.idle_until, a.created_at, a.id) < std::tie(b.idle_until, b.created_at, b.id);
}

Candidate candidate_of(const core::SessionRecord& session) noexcept {
    return {session.id, session.created_at, session.periods.idle_until};
}

ports::Async<std::vector<Candidate>> live_sessions_of(SessionService& sessions, core::UserId user) {
    std::vector<Candidate> live;
    std::optional<core::SessionId> after;
    do {
        const auto page = co_await sessions.list(user, after, page_size);
        if (!page) co_return page.error();
        std::ranges::transform(page->sessions, std::back_inserter(live), candidate_of);
        after = page->next_after;
    } while (after);
    co_return std::move(live);
}

}  // namespace

/// Revokes what is too many now that `fresh` is stored. Only sessions that came before it: whoever signs in at the same
/// moment does the same, and if each could end the other's new session, both would be signed out. Where those are too
/// few, because sessions that were stored earlier count as later ones (equal clocks, or ones that differ), `fresh`,
/// which nobody holds yet, is taken back and has to be made again, not before the instant that is returned.
ports::Async<std::optional<core::WallTime>> SessionService::make_room_for(core::SessionRecord fresh) {
    const std::optional<core::WallTime> is_done;
    if (config_.per_user_max == 0) co_return is_done;
    auto found = co_await live_sessions_of(*this, fresh.user);
    if (!found) co_return found.error();
    std::vector<Candidate>& live = *found;
    if (live.size() <= config_.per_user_max) co_return is_done;

    const std::size_t surplus = live.size() - config_.per_user_max;
    const core::WallTime newest = std::ranges::max_element(live, {}, &Candidate::created_at)->created_at;
    const Candidate new_one = candidate_of(fresh);
    std::erase_if(live, [&](const Candidate& other) { return !came_before(other, new_one); });
    if (live.size() < surplus) {
        const auto taken_back = co_await revoke(fresh.id);
        if (!taken_back) co_return taken_back.error();
        co_return std::optional(newest + core::Milliseconds(1));
    }
    std::ranges::sort(live, ends_before);
    for (std::size_t i = 0; i < surplus; ++i) {
        const auto revoked = co_await revoke(live[i].id);
        if (!revoked) co_return revoked.error();
    }
    co_return is_done;
}

}  // namespace sessgate::service
