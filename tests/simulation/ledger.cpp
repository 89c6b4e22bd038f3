#include "tests/simulation/ledger.hpp"

namespace sessgate::simulation {
namespace {

constexpr Time lease = 500ms;
constexpr Time scope_memory = 5s;

/// Once for what is read and once for what is written or read again, each in the store's deadline. A pause between two
/// tries (10 ms) may begin just before that is over; seed 3578 does so twice. The rest is for the steps in between.
constexpr Time answer_max = 2 * (150ms + 10ms) + 5ms;

/// Longer than any call is under way, also with what it sent.
constexpr Time call_max = 3s;

/// More than any two clocks ever differ here.
constexpr core::Milliseconds skew_max = 10s;

int number_in(std::string_view attributes) {
    const auto colon = attributes.find(':');
    return colon == std::string_view::npos ? 0 : std::stoi(std::string(attributes.substr(colon + 1)));
}

std::string shown(const core::Secret& secret) {
    constexpr std::string_view digits = "0123456789abcdef";
    std::string text;
    for (std::size_t i = 0; i < 3; ++i) text.append({digits[secret.bytes[i] >> 4], digits[secret.bytes[i] & 15]});
    return text;
}

/// Who asked with which secret, and what came of it.
std::string story_of(const Request& request, const core::Verdict& verdict) {
    std::string story = "session " + std::to_string(request.session) + (request.is_honest ? " honest " : " stolen ");
    story += shown(request.token.secret) + (request.is_scoped ? " in a scope" : "") + ": ";
    if (const auto* deny = std::get_if<core::Deny>(&verdict)) return story.append(core::to_text(deny->reason));
    const auto* allow = std::get_if<core::Allow>(&verdict);
    if (allow == nullptr) return story.append(core::to_text(std::get<core::Unavailable>(verdict).error));
    story += allow->fresh ? "allow, fresh" : "allow";
    return allow->replacement ? story + ", successor " + shown(allow->replacement->secret) : story;
}

}  // namespace

bool is_bound_by(const Request& request, const Acknowledged& acknowledged) {
    if (request.life == acknowledged.life) return request.begun >= acknowledged.at;
    return request.begun >= acknowledged.at + lease + (request.is_scoped ? scope_memory : Time());
}

void Ledger::Figures::add(const Figures& other) noexcept {
    allows += other.allows;
    denies += other.denies;
    unavailable += other.unavailable;
    renewals += other.renewals;
    successors += other.successors;
    superseded += other.superseded;
    revocations += other.revocations;
    longest = std::max(longest, other.longest);
}

std::size_t Ledger::add(Entry entry) {
    entry.may_have_ended = world_.now() < ends_until_[entry.user];
    entries_.push_back(std::move(entry));
    return entries_.size() - 1;
}

void Ledger::user_is_ending(const core::UserId& user) {
    ends_until_[user] = world_.now() + call_max;
    for (Entry& entry : entries_) entry.may_have_ended = entry.may_have_ended || entry.user == user;
}

void Ledger::user_ended(const core::UserId& user, Time asked, Acknowledged acknowledged) {
    for (Entry& entry : entries_) {
        if (entry.user == user && entry.began <= asked && !entry.ended) entry.ended = acknowledged;
    }
}

void Ledger::user_changed(const core::UserId& user, std::uint64_t version, Acknowledged acknowledged) {
    user_changes_[user].push_back({version, acknowledged});
}

void Ledger::wrong(std::string what) {
    world_.note("WRONG", what);
    mistakes_.push_back(std::move(what));
}

void Ledger::check(const Request& request, const core::Verdict& verdict) {
    world_.tell("answer", [&] { return story_of(request, verdict); });
    if (const auto* allow = std::get_if<core::Allow>(&verdict)) {
        ++figures.allows;
        check_allow(request, *allow);
    } else if (const auto* deny = std::get_if<core::Deny>(&verdict)) {
        ++figures.denies;
        check_deny(request, *deny);
    } else {
        ++figures.unavailable;
    }
}

void Ledger::check_allow(const Request& request, const core::Allow& allow) {
    Entry& entry = entries_[request.session];
    if (request.is_forged) return wrong("a secret that was made up was allowed");
    if (allow.session->id != entry.id || allow.session->user != entry.user) wrong("an allow for somebody else");
    if (entry.ended && is_bound_by(request, *entry.ended)) wrong("a session was allowed after its end");
    const auto superseded = entry.superseded.find(request.token.secret.bytes);
    // What one scope was told before it was superseded, it is told again.
    Request unscoped = request;
    unscoped.life = request.is_scoped ? 0 : request.life;
    if (allow.presented == request.token && superseded != entry.superseded.end() &&
        is_bound_by(unscoped, superseded->second)) {
        wrong("a superseded token was allowed");
    }
    if (entry.absolute_end && world_.wall() > *entry.absolute_end + skew_max) {
        wrong("a session was allowed after its absolute end");
    }
    entry.alive_until = std::max(entry.alive_until, allow.session->periods.idle_until);
    check_successor(request, allow);
    check_contents(request, allow);
}

/// Whoever holds a token is only ever given one other for it, whichever of several the answer is for.
void Ledger::check_successor(const Request& request, const core::Allow& allow) {
    if (allow.fresh) ++figures.renewals;
    Entry& entry = entries_[request.session];
    if (!allow.replacement) return;
    if (allow.replacement->id != entry.id) wrong("a successor of another session");
    const auto [known, is_new] =
        entry.successors.emplace(allow.presented.secret.bytes, core::Secret(allow.replacement->secret));
    if (is_new) ++figures.successors;
    if (!(known->second == allow.replacement->secret)) wrong("two successors of one token");
}

void Ledger::check_contents(const Request& request, const core::Allow& allow) {
    const Entry& entry = entries_[request.session];
    // What was changed after its end is not in it, and a near-cache may know it for a moment still.
    if (entry.may_have_ended) return;
    int changes = 0;
    for (const Acknowledged& change : entry.changes) changes += is_bound_by(request, change) ? 1 : 0;
    if (number_in(allow.session->attributes) < changes) wrong("a change of a session's attributes was lost");
    std::uint64_t version = 0;
    for (const UserChange& change : user_changes_[entry.user]) {
        if (is_bound_by(request, change.acknowledged)) version = std::max(version, change.version);
    }
    const std::uint64_t copied = allow.session->user_copy ? allow.session->user_copy->version : 0;
    if (copied < version) wrong("a change of a user's attributes was lost");
}

bool Ledger::is_surely_alive(const Entry& entry) const {
    const core::WallTime latest = world_.wall() + skew_max;
    if (entry.may_have_ended || latest >= entry.alive_until) return false;
    return !entry.absolute_end || latest < *entry.absolute_end;
}

void Ledger::check_deny(const Request& request, const core::Deny& deny) {
    Entry& entry = entries_[request.session];
    if (deny.reason == core::Reason::superseded) {
        ++figures.superseded;
        entry.superseded.emplace(request.token.secret.bytes, Acknowledged{world_.now(), request.life});
    }
    if (!request.is_honest || entry.may_have_moved || !is_surely_alive(entry)) return;
    wrong("an honest browser was denied: " + std::string(core::to_text(deny.reason)));
}

void Ledger::check_duration(const Request& request) {
    const Time took = world_.now() - request.begun;
    figures.longest = std::max(figures.longest, took);
    if (took > answer_max) wrong("an answer took too long");
}

void Ledger::check_calm(const Request& request, const core::Verdict& verdict) {
    check(request, verdict);
    const Entry& entry = entries_[request.session];
    if (std::holds_alternative<core::Unavailable>(verdict)) return wrong("unavailable although all is well");
    if (entry.ended && std::holds_alternative<core::Allow>(verdict)) wrong("allowed after its end, and all is well");
}

}  // namespace sessgate::simulation
