#include "adapters/redis/tracking.hpp"

#include "adapters/redis/keys.hpp"
#include "sessgate/core/ids.hpp"

namespace sessgate::adapters::redis {
namespace {

constexpr std::string_view channel = "__redis__:invalidate";

}  // namespace

Tracking::Tracking(std::string prefix, Lease& lease, Versions& versions, Pairings& pairings, const LuciaKeys* lucia)
    : session_prefix_(lucia != nullptr ? lucia->session_prefix() : prefix + std::string(session_mark)),
      user_prefix_(prefix + std::string(user_mark)),
      pairing_prefix_(std::move(prefix) + std::string(pairing_mark)),
      lucia_(lucia),
      lease_(lease),
      versions_(versions),
      pairings_(pairings) {}

Request Tracking::begin(const Server& server) {
    state_ = State::asking;
    client_id_ = server.client_id;
    const std::string id = std::to_string(server.client_id);
    Request request;
    std::vector<std::string_view> tracking{"CLIENT", "TRACKING", "ON",     "REDIRECT",
                                           id,       "BCAST",    "PREFIX", session_prefix_};
    // Lucia's records have no copy of the user's attributes, so those are kept beside them.
    if (lucia_ != nullptr) tracking.insert(tracking.end(), {"PREFIX", user_prefix_});
    request.add(tracking);
    request.add({"SUBSCRIBE", channel});
    return request;
}

Tracking::Heard Tracking::hear(const Reply& reply) {
    if (state_ == State::refused) return Heard::refused;
    if (state_ != State::confirmed) return hear_answer(reply);
    const auto& parts = reply.elements;
    if (!reply.is(Reply::Type::array) || parts.empty()) return Heard::nonsense;
    if (parts.size() == 3 && parts[0].is_string("message") && parts[1].is_string(channel))
        return hear_message(parts[2]);
    if (parts.size() == 2 && parts[0].is_string("pong")) return hear_pong(parts[1]);
    return Heard::nonsense;
}

Tracking::Heard Tracking::hear_answer(const Reply& reply) {
    if (reply.is(Reply::Type::error)) {
        state_ = State::refused;
        refusal_ = reply.text;
        return Heard::refused;
    }
    if (state_ == State::asking && reply.is_status("OK")) {
        state_ = State::subscribing;
        return Heard::fine;
    }
    const auto& parts = reply.elements;
    const bool is_subscribed = state_ == State::subscribing && parts.size() == 3 && parts[0].is_string("subscribe") &&
                               parts[1].is_string(channel);
    if (!is_subscribed) return Heard::nonsense;
    state_ = State::confirmed;
    versions_.raise_all();
    lease_.confirm(client_id_);
    return Heard::fine;
}

/// In the order in which they were sent, or it is not the answer to what we asked.
Tracking::Heard Tracking::hear_pong(const Reply& reply) {
    if (pings_.empty() || !reply.is_string(std::to_string(pings_.front().number))) return Heard::nonsense;
    lease_.renew(pings_.front().sent_at);
    pings_.pop_front();
    return Heard::fine;
}

/// Nil: the server has forgotten everything (FLUSHALL).
Tracking::Heard Tracking::hear_message(const Reply& keys) {
    if (keys.is(Reply::Type::nil)) {
        versions_.raise_all();
        return Heard::fine;
    }
    if (!keys.is(Reply::Type::array)) return Heard::nonsense;
    for (const Reply& key : keys.elements) {
        if (!hear_key(key)) return Heard::nonsense;
    }
    return Heard::fine;
}

bool Tracking::hear_key(const Reply& reply) {
    if (!reply.is(Reply::Type::string)) return false;
    const std::string_view key = reply.text;
    if (key.starts_with(pairing_prefix_)) {
        pairings_.seen(key, lease_.link());
        return true;
    }
    lease_.heard_of_change();
    if (const auto id = session_in(key)) {
        versions_.raise(id->bucket());
    } else {
        versions_.raise_all();  // whatever it was before it was damaged, this covers it
    }
    return true;
}

std::optional<core::SessionId> Tracking::session_in(std::string_view key) const {
    if (!key.starts_with(session_prefix_)) return std::nullopt;
    return lucia_ != nullptr ? lucia_->session_in(key) : session_id_in(key, session_prefix_);
}

Request Tracking::ping(LeaseTime now) {
    pings_.push_back({++last_ping_, now});
    Request request;
    request.add({"PING", std::to_string(last_ping_)});
    return request;
}

bool Tracking::is_dead(LeaseTime now) const noexcept {
    return !pings_.empty() && now - pings_.front().sent_at > patience;
}

void Tracking::lost() noexcept {
    state_ = State::none;
    pings_.clear();
    last_ping_ = 0;
    lease_.end();
    versions_.raise_all();
}

}  // namespace sessgate::adapters::redis
