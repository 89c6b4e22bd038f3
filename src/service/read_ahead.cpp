#include "sessgate/service/read_ahead.hpp"

#include <boost/asio/post.hpp>

#include "sessgate/service/session_service.hpp"

// Most requests that memory does not answer need one read and nothing else. That much is done without coroutines, which
// cost more than the read (2026; make bench). Whatever comes out otherwise is left to `validate`, with the read in
// hand.

namespace sessgate::service {

/// One read that is under way, and the duty to tell those that joined it.
class SessionService::ReadingAhead final : public ports::FindCall {
public:
    ReadingAhead(SessionService& service, SessionFlights::Lead lead, std::optional<std::uint64_t> version,
                 ReadAhead ahead, boost::intrusive_ptr<ReadWatcher> watcher)
        : service_(service),
          place_(std::in_place, service.queue_),
          lead_(std::move(lead)),
          version_(version),
          ahead_(std::move(ahead)),
          watcher_(std::move(watcher)) {}

    bool may_ask() const noexcept { return place_->is_taken(); }

    void found(core::Result<core::SharedSession> session) override {
        ahead_.first.read = service_.landed(lead_, version_, std::move(session));
        // What follows may need a place of its own.
        place_.reset();
        service_.tell(std::move(watcher_), std::move(ahead_));
    }

private:
    SessionService& service_;
    std::optional<StoreQueue::Place> place_;
    SessionFlights::Lead lead_;
    std::optional<std::uint64_t> version_;  ///< from before the read
    ReadAhead ahead_;
    boost::intrusive_ptr<ReadWatcher> watcher_;
};

/// Whether the store is being asked, for as long as this lives.
class SessionService::Asking {
public:
    explicit Asking(bool& is_asking) noexcept : is_asking_(is_asking) { is_asking_ = true; }
    Asking(const Asking&) = delete;
    Asking& operator=(const Asking&) = delete;
    ~Asking() { is_asking_ = false; }

private:
    bool& is_asking_;
};

/// In a turn of its own where the store has answered at once: whoever asked is still in the middle of that.
void SessionService::tell(boost::intrusive_ptr<ReadWatcher> watcher, ReadAhead ahead) {
    if (!is_asking_) return watcher->has_read(std::move(ahead));
    boost::asio::post(executor_, [watcher = std::move(watcher), ahead = std::move(ahead)]() mutable {
        watcher->has_read(std::move(ahead));
    });
}

/// The key under which the scope's verdict stands, where nobody has it yet; none of that: nullopt.
std::optional<ScopeKey> SessionService::unknown_scope(const core::Token& token, const ValidateOptions& options) {
    if (options.heeds_set_session && !commons_.overrides.is_empty()) return std::nullopt;
    const ScopeKey key = commons_.scope_keys.keys_of(options.scope, {&token, 1}).verdict;
    return commons_.memo.is_known(key) ? std::nullopt : std::optional(key);
}

bool SessionService::ask(const core::SessionId& id, std::unique_ptr<ReadingAhead> reading) {
    const Asking asking(is_asking_);
    return store_.begin_find(id, std::move(reading));
}

bool SessionService::read_ahead(const core::Token& token, const ValidateOptions& options,
                                boost::intrusive_ptr<ReadWatcher> watcher) {
    if (!store_.finds_without_coroutine() || is_moved_on_use(token.id)) return false;
    // What is kept is judged by `validate`.
    const auto version = config_.near_cache_sessions > 0 ? store_.version_of(token.id) : std::nullopt;
    if (version && near_cache_.find(token.id, *version) != nullptr) return false;
    const std::uint64_t begun = commons_.flights.last_number();
    ReadAhead ahead{token,
                    std::nullopt,
                    Patience(config_.store_deadline),
                    {nullptr, begun, commons_.changes.of(token.id.bucket())}};
    if (!options.scope.empty()) {
        ahead.scope = unknown_scope(token, options);
        if (!ahead.scope) return false;
    }
    SessionFlights::Boarded boarded = commons_.flights.board(token.id, 0);
    if (!boarded.leads) return false;
    SessionFlights::Lead lead(commons_.flights, token.id, std::move(boarded.flight));
    auto reading =
        std::make_unique<ReadingAhead>(*this, std::move(lead), version, std::move(ahead), std::move(watcher));
    if (!reading->may_ask() || !ask(token.id, std::move(reading))) return false;
    metrics_.session_reads.add(ports::ReadRole::led);
    metrics_.near_cache.add(version ? ports::NearLookup::miss : ports::NearLookup::off);
    return true;
}

/// The read that a validation of `tokens` may rest on.
FirstRead SessionService::first_read(const ReadAhead* ahead, const Tokens& tokens) const {
    const bool fits = ahead != nullptr && tokens.size() == 1 && tokens.front() == ahead->token;
    return fits ? ahead->first : no_read();
}

FirstRead SessionService::no_read() const noexcept {
    return {nullptr, commons_.flights.last_number()};
}

Patience SessionService::patience_with(const ReadAhead* ahead) const noexcept {
    return ahead != nullptr ? ahead->patience : Patience(config_.store_deadline);
}

std::optional<core::Verdict> SessionService::verdict_after(const ReadAhead& ahead, const ValidateOptions& options) {
    const auto& found = ahead.first.read->found;
    // Also within a scope: others of it may have begun later, and have time for a read of their own.
    if (!found) return core::Unavailable{found.error()};
    core::Decision decision = decide(*ahead.first.read, Tokens(1, ahead.token), options.renew);
    auto* const allowed = std::get_if<core::AllowDecision>(&decision);
    if (!allowed || allowed->write || may_be_taken_back(allowed->allow)) return std::nullopt;
    if (ahead.scope && !remember(ahead, options, allowed->allow)) return std::nullopt;
    return std::move(allowed->allow);
}

/// Within a scope all have one answer, which is believed while nothing has changed since before its read. False:
/// another one is being found, or was.
bool SessionService::remember(const ReadAhead& ahead, const ValidateOptions& options, const core::Allow& allow) {
    // One from before a change is of no use to anybody else, and must not take the place of a newer one.
    if (commons_.changes.of(ahead.token.id.bucket()) != ahead.first.changes) return true;
    ScopeMemo::Found found = commons_.memo.ask({*ahead.scope, ahead.first.changes, options.renew});
    if (!found.leads) return false;
    metrics_.memo.add(ports::Lookup::miss);
    ScopeMemo::Lead lead(commons_.memo, *ahead.scope, std::move(found.flight));
    lead.land(std::make_shared<const core::Verdict>(allow));
    return true;
}

ScopeFlight::Result SessionService::remembered(const core::Token& token, const ValidateOptions& options) {
    if (options.scope.empty() || (options.heeds_set_session && !commons_.overrides.is_empty())) return nullptr;
    const ScopeKey key = commons_.scope_keys.keys_of(options.scope, {&token, 1}).verdict;
    auto verdict = commons_.memo.find({key, commons_.changes.of(token.id.bucket()), options.renew});
    if (verdict) metrics_.memo.add(ports::Lookup::hit);
    return verdict;
}

}  // namespace sessgate::service
