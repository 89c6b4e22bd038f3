#pragma once

#include <functional>
#include <optional>
#include <string>

#include "sessgate/core/explanation.hpp"
#include "sessgate/core/rotation.hpp"
#include "sessgate/core/token_forms.hpp"
#include "sessgate/core/verdict.hpp"
#include "sessgate/ports/clock.hpp"
#include "sessgate/ports/metrics.hpp"
#include "sessgate/ports/random_source.hpp"
#include "sessgate/ports/session_store.hpp"
#include "sessgate/service/commons.hpp"
#include "sessgate/service/credential.hpp"
#include "sessgate/service/near_cache.hpp"
#include "sessgate/service/patience.hpp"
#include "sessgate/service/read_ahead.hpp"
#include "sessgate/service/store_log.hpp"
#include "sessgate/service/store_queue.hpp"

namespace sessgate::service {

/// Whether validations may be answered from memory now.
enum class NearCacheState {
    on,
    paused,  ///< the store cannot vouch for what was read from it: each validation asks it
    off,     ///< not wanted
};

/// Periods that a session starts with, unless its creation says otherwise.
struct SessionDefaults {
    core::Milliseconds active_period = std::chrono::hours(24);
    core::Milliseconds idle_period = std::chrono::days(14);
    std::optional<core::Milliseconds> absolute_lifetime = std::chrono::days(90);
};

enum class OnReuse {
    deny,    ///< a superseded token is denied
    revoke,  ///< and ends its session
};

struct ServiceConfig {
    core::RotationPolicy rotation;
    SessionDefaults defaults;
    OnReuse on_reuse = OnReuse::deny;
    std::size_t near_cache_sessions = 0;  ///< how many records each shard keeps; 0: none
    core::Milliseconds near_cache_age_max = std::chrono::minutes(1);
    core::Milliseconds store_deadline{150};  ///< how long a caller waits for another one's read, and for its write
    std::size_t per_user_max = 0;            ///< how many live sessions a user may have; 0: any number
    std::size_t store_queue_max = 4096;      ///< how many calls of each shard may wait for the store at a time
    core::TokenForms tokens{};               ///< which tokens are made
};

/// How a credential is to be validated.
struct ValidateOptions {
    bool renew = true;                 ///< an idle session is renewed and a successor promoted
    std::string_view scope{};          ///< the browser request that the caller serves (core::is_scope); empty: not told
    bool heeds_set_session = false;    ///< what `/set-session` decided in that scope counts more than the credential
    const ReadAhead* ahead = nullptr;  ///< what was read for this request; null: nothing. Has to stay like the scope
};

/// A sign-in: what the application wants to be remembered.
struct NewSession {
    core::UserId user;
    std::string attributes = "{}";               ///< a JSON object
    std::optional<std::string> user_attributes;  ///< first put as the user's attributes
    SessionDefaults periods;
};

struct IssuedSession {
    core::SessionRecord session;
    core::Token token;  ///< shown once, here
};

/// Attributes as they are to be, made from those that are stored; nullopt: what comes of it may not be stored.
using AttributesChange = std::function<std::optional<std::string>(const std::string& stored)>;

struct ChangedAttributes {
    core::SessionRecord session;
    bool is_refused = false;  ///< the change gave nullopt: `session` is as it was
};

/// What a token is in the store, and what its use would be answered.
struct ExplainedToken {
    core::SharedSession session;
    core::Explanation explanation;
    bool revokes = false;  ///< its use would end the session (`OnReuse::revoke`)
};

/// The steps of each use case. One object for a shard, called on its thread only.
///
/// Every `Async` may fail as the store's calls do; after a failed write, repeating the call is safe.
class SessionService {
public:
    /// What a service works with; all of it outlives the service, and `commons` also the event loop.
    struct Parts {
        ports::Executor executor;  ///< of the shard
        Commons& commons;
        ports::SessionStore& store;
        const ports::Clock& clock;
        ports::RandomSource& random;
        StoreLog& log;
        ports::Metrics& metrics;  ///< of the shard
    };

    SessionService(const Parts& parts, const ServiceConfig& config);

    /// Whose session the credential is, and whether it is good. A renewal or promotion that cannot be written is an
    /// allow all the same. `options.scope` has to stay until the verdict is there.
    ports::Task<core::Verdict> validate(Credential credential, ValidateOptions options);

    /// The session whose current token is spelled `token`, where this shard knows without asking anybody what
    /// `validate` would say at `now`: an allow in the active period that writes nothing and hands nothing out. Null:
    /// `validate` finds out. Good until the service's next call.
    KeptSession* kept(std::string_view token, const ValidateOptions& options, core::WallTime now) noexcept;

    /// Has memory bring what `kept` will need for this token, so that `kept` need not wait for it once others were
    /// expected, too. Any text will do.
    void expect(std::string_view token) noexcept;

    /// What `validate` has said in this scope, and would say again; null: `validate` finds out.
    ScopeFlight::Result remembered(const core::Token& token, const ValidateOptions& options);

    /// Reads the session of the only token that a request presents, where one read is most likely all that is needed:
    /// `watcher` is told, later and never inside this call. False: nothing was begun, and `validate` does all of it.
    bool read_ahead(const core::Token& token, const ValidateOptions& options,
                    boost::intrusive_ptr<ReadWatcher> watcher);

    /// What `validate` would say after that read, with the same options, if that is an allow that writes nothing, or
    /// that the read failed. Nullopt: `validate` finds out, with the read in `options.ahead`.
    std::optional<core::Verdict> verdict_after(const ReadAhead& ahead, const ValidateOptions& options);

    /// What `/set-session` decided in `scope` for callers that present `credential` as this one did: `token`, or signed
    /// out. False, and nothing is remembered, when there is no credential and the scope may be another caller's too: a
    /// constant or guessable one must not hand a sign-in to strangers.
    bool set_in_scope(const Credential& credential, std::string_view scope, std::optional<core::Token> token);

    /// Ends every live session that the credential proves, also where there are several: to sign out is never
    /// ambiguous.
    ports::Async<void> revoke_presented(Credential credential);

    /// A sign-in. Where the user then has more than `per_user_max` sessions, those with the nearest idle end are
    /// revoked, but never the new one.
    ports::Async<IssuedSession> create(NewSession wanted);
    ports::Async<bool> revoke(core::SessionId id);

    /// Gives a live session a new token and new periods, and makes all its tokens before that worth nothing. Nullopt
    /// when there is no such session.
    ports::Async<std::optional<IssuedSession>> rotate(core::SessionId id);

    /// Changes the attributes of a live session; `change` is called again whenever another write came first, so that
    /// none is lost. Nullopt when there is no such session.
    ports::Async<std::optional<ChangedAttributes>> change_attributes(core::SessionId id, AttributesChange change);

    /// What `validate` would say of `token`, and why. Writes, renews, counts and logs nothing. Nullopt when no session
    /// has the token's id.
    ports::Async<std::optional<ExplainedToken>> explain(core::Token token);

    /// The session under `id` if it is alive now.
    ports::Async<std::optional<core::SessionRecord>> show(core::SessionId id);

    /// Live sessions of `user`; the page may hold fewer than `limit` of them and still have a next one.
    ports::Async<ports::SessionPage> list(core::UserId user, std::optional<core::SessionId> after, std::size_t limit);

    ports::Async<std::size_t> revoke_all(core::UserId user, std::optional<core::SessionId> except);

    /// Ends every session of every user.
    ports::Async<std::size_t> revoke_everything();

    /// Stores the attributes, then brings each session's older copy up to them.
    ports::Async<core::UserRecord> put_user(core::UserId id, std::string attributes);
    ports::Async<std::optional<core::UserRecord>> find_user(core::UserId id);

    /// Forgets the attributes and revokes the sessions. False when there was nothing of either.
    ports::Async<bool> remove_user(core::UserId id);

    /// Makes one of Lucia's sessions one of ours although nobody has come with it; `secret` is what Lucia gave out.
    /// Whoever comes with that later is given the new token. False: it has ended or changed meanwhile.
    ports::Async<bool> move(core::SessionRecord lucia, core::Secret secret);

    ports::Async<void> check() { return store_.check(); }

    NearCacheState near_cache_state() const noexcept;

    core::WallTime now() const noexcept { return clock_.wall(); }
    const ServiceConfig& config() const noexcept { return config_; }

private:
    class ReadingAhead;
    class Asking;
    bool ask(const core::SessionId& id, std::unique_ptr<ReadingAhead> reading);
    void tell(boost::intrusive_ptr<ReadWatcher> watcher, ReadAhead ahead);
    std::optional<ScopeKey> unknown_scope(const core::Token& token, const ValidateOptions& options);
    FirstRead first_read(const ReadAhead* ahead, const Tokens& tokens) const;
    FirstRead no_read() const noexcept;
    Patience patience_with(const ReadAhead* ahead) const noexcept;
    bool remember(const ReadAhead& ahead, const ValidateOptions& options, const core::Allow& allow);
    bool is_moved_on_use(const core::SessionId& id) const noexcept {
        return id.is_lucia() && config_.tokens.can_be_replaced();
    }

    ports::Task<core::Verdict> validate_in_scope(Credential credential, ValidateOptions options);
    ports::Task<core::Verdict> share_verdict(ScopeKey key, Tokens tokens, ValidateOptions options);
    std::uint64_t changes_of(const Tokens& tokens) const noexcept;

    ports::Task<core::Verdict> validate_stored(Tokens tokens, bool renew, Patience& patience, FirstRead first);
    std::optional<core::Allow> kept_allow(const Tokens& tokens);
    std::optional<core::Allow> kept_allow(const core::Token& token, std::uint64_t version);
    void learn(KeptSession& kept, const core::AllowDecision& decision);
    bool agrees_with_scope(const KeptSession& kept, const ValidateOptions& options, core::WallTime now) const noexcept;
    ports::Task<core::Verdict> validate_each(Tokens tokens, bool renew, Patience& patience);
    ports::Task<core::Verdict> validate_one(Tokens tokens, bool renew, Patience& patience);
    ports::Task<core::Verdict> validate_one(Tokens tokens, bool renew, Patience& patience, FirstRead first);
    ports::Task<core::Verdict> validate_moving(core::Token token, bool renew, Patience& patience);
    ports::Task<core::Verdict> follow(core::Token token, core::SessionRecord lucia, bool renew, Patience& patience);
    ports::Async<bool> take_over(core::SessionRecord lucia, core::Token moved);
    ports::Async<void> store_beside_user(core::SessionRecord session);
    core::Decision decide(const SessionRead& read, const Tokens& tokens, bool renew);
    ports::Task<core::Verdict> write(core::AllowDecision decision, bool& changed);
    bool may_be_taken_back(const core::Allow& allow) const noexcept;
    core::Allow unwritten(core::Allow allow) const noexcept;
    ports::Task<core::Verdict> made_safe(core::Allow allow);
    ports::Task<core::Verdict> denied(core::Deny deny, core::SessionId id);

    std::vector<std::shared_ptr<SessionFlight>> start_reads(const std::vector<Tokens>& sessions);
    ports::Task<SessionFlight::Result> read(core::SessionId id, std::uint64_t after, Patience& patience);
    SessionFlight::Result landed(SessionFlights::Lead& lead, std::optional<std::uint64_t> version,
                                 core::Result<core::SharedSession> found);
    ports::Task<SessionFlight::Result> lead_read(core::SessionId id, SessionFlights::Lead lead);

    ports::Async<core::UserRecord> write_user(core::UserId id, std::string attributes);
    ports::Async<void> update_copy(core::SessionRecord session, const core::UserRecord& user);
    ports::Async<void> update_copies(const core::UserRecord& user);
    core::Token new_token(const core::UserId& user);
    core::SessionRecord new_record(const NewSession& wanted, const std::optional<core::UserRecord>& user,
                                   const core::Token& token);
    ports::Async<std::optional<IssuedSession>> rename(core::SessionRecord session);
    void raise_changes_of(const core::UserId& user) noexcept;
    ports::Async<std::optional<core::WallTime>> make_room_for(core::SessionRecord fresh);
    ports::Async<ports::Replaced> overwrite(core::SessionRecord expected, core::SessionRecord desired);
    core::Salt fresh_salt() noexcept;

    ports::Executor executor_;
    Waits& waits_;
    Commons& commons_;
    ports::SessionStore& store_;
    const ports::Clock& clock_;
    ports::RandomSource& random_;
    StoreLog& log_;
    ports::Metrics& metrics_;
    ServiceConfig config_;
    NearCache near_cache_;
    bool is_asking_ = false;  ///< a call of `begin_find` is under way
    StoreQueue queue_;        ///< of what presented tokens ask for; the control port's calls always go through
};

}  // namespace sessgate::service
