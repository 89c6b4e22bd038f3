#include "tests/simulation/browser.hpp"

#include "tests/simulation/call.hpp"
#include "tests/support/asked.hpp"

namespace sessgate::simulation {
namespace {

constexpr std::size_t stolen_max = 8;

/// A page's calls come one after the other; some of them when their browser has signed out already.
constexpr Time call_delay_max = 150ms;

/// A cookie is on disk some time after it came.
constexpr Time written_after = 5s;

std::optional<std::string> one_more(const std::string& attributes) {
    const auto colon = attributes.find(':');
    const int before = colon == std::string::npos ? 0 : std::stoi(attributes.substr(colon + 1));
    return "{\"n\":" + std::to_string(before + 1) + "}";
}

/// What was created and when it ends at the earliest.
Entry entry_of(const core::SessionRecord& session, Time now) {
    return {.id = session.id,
            .user = session.user,
            .absolute_end = session.absolute_end,
            .alive_until = session.periods.idle_until,
            .began = now};
}

}  // namespace

Browser::Browser(World& world, Fleet& fleet, Ledger& ledger, core::UserId user)
    : world_(world), fleet_(fleet), ledger_(ledger), user_(std::move(user)) {}

void Browser::begin(Time until) {
    schedule(until);
}

void Browser::settle() {
    older_.reset();
    if (std::exchange(has_crashed_, false) && session_) ledger_.entry(*session_).may_have_moved = true;
}

void Browser::schedule(Time until) {
    world_.after(world_.chance().between(1ms, 90ms), [this, until] {
        if (world_.now() > until) return;
        act();
        schedule(until);
    });
}

void Browser::act() {
    if (!session_) return sign_in();
    switch (world_.chance().below(32)) {
        case 0:
            return sign_out();
        case 1:
            return sign_out_everywhere();
        case 2:
        case 3:
            return change_attributes();
        case 4:
            return change_user();
        case 5:
            return rotate();
        case 6:
        case 7:
        case 8:
        case 9:
            return steal();
        default:
            return visit();
    }
}

void Browser::sign_in() {
    Sidecar* const sidecar = fleet_.any();
    if (sidecar == nullptr || signs_in_) return;
    signs_in_ = true;
    service::NewSession wanted{.user = user_, .attributes = "{}", .user_attributes = {}, .periods = {}};
    if (world_.chance().one_in(4)) wanted.periods.absolute_lifetime = std::chrono::days(4);
    world_.after(1s, [this] { signs_in_ = false; });
    start(world_, *sidecar, 0, sidecar->service(0).create(std::move(wanted)),
          [this](const core::Result<service::IssuedSession>& issued) {
              if (!issued || session_) return;
              world_.note("signed in", issued->session.id.view());
              session_ = ledger_.add(entry_of(issued->session, world_.now()));
              jar_ = issued->token;
              older_.reset();
              has_crashed_ = false;
          });
}

/// A page asks once or several times, the same sidecar or several, in one scope or in none.
void Browser::visit() {
    Chance& chance = world_.chance();
    if (older_ && chance.one_in(20)) {
        jar_ = std::exchange(older_, std::nullopt);
        has_crashed_ = true;
    }
    if (chance.one_in(12) && stolen_.size() < stolen_max) stolen_.emplace_back(*session_, *jar_);
    const std::string name = "request-" + std::to_string(++scopes_) + "-" + std::string(user_.view());
    const std::string scope = chance.one_in(2) ? name : "";
    for (std::size_t calls = 1 + chance.below(4); calls > 0; --calls) {
        Request request{.session = *session_, .token = *jar_, .is_honest = true, .is_scoped = !scope.empty()};
        if (older_ && chance.one_in(4)) request.older = older_;
        const Time delay = calls == 1 ? Time() : chance.between(0ms, call_delay_max);
        world_.after(delay, [this, request, scope, renews = !chance.one_in(6)] {
            if (Sidecar* const sidecar = fleet_.any()) send(*sidecar, request, scope, renews, false);
        });
    }
}

/// Uses a token that somebody took a copy of, or guesses.
void Browser::steal() {
    Sidecar* const sidecar = fleet_.any();
    if (sidecar == nullptr || stolen_.empty()) return;
    auto [session, token] = stolen_[world_.chance().below(stolen_.size())];
    const bool is_forged = world_.chance().one_in(4);
    if (is_forged) token.secret.bytes[world_.chance().below(32)] ^= 1;
    send(*sidecar, {.session = session, .token = token, .is_forged = is_forged}, {}, true, false);
}

void Browser::send(Sidecar& sidecar, Request request, std::string scope, bool renews, bool is_calm) {
    const std::size_t shard = world_.chance().below(sidecar.shards());
    request.begun = world_.now();
    request.life = sidecar.life();
    service::Credential credential;
    if (request.older) credential.tokens.push_back(*request.older);
    credential.tokens.push_back(request.token);
    const auto kept_scope = std::make_shared<const std::string>(std::move(scope));
    service::ValidateOptions options;
    options.renew = renews;
    options.scope = *kept_scope;
    auto call = tests::asked(sidecar.service(shard), std::move(credential), options);
    const Machine& machine = sidecar.machine();
    const bool runs = machine.paused_until <= world_.now();
    start(world_, sidecar, shard, std::move(call),
          [this, request, kept_scope, is_calm, runs, &machine, stops = machine.stops](const core::Verdict& verdict) {
              is_calm ? ledger_.check_calm(request, verdict) : ledger_.check(request, verdict);
              if (runs && machine.stops == stops) ledger_.check_duration(request);
              const auto* const allow = std::get_if<core::Allow>(&verdict);
              const bool is_lost = world_.chance().one_in(6);
              if (!request.is_honest || allow == nullptr || !allow->replacement || is_lost) return;
              world_.after(world_.chance().between(0ms, 300ms),
                           [this, session = request.session, token = *allow->replacement] { receive(session, token); });
          });
}

void Browser::receive(std::size_t session, const core::Token& replacement) {
    if (session_ != session || *jar_ == replacement || ledger_.entry(session).may_have_moved) return;
    older_ = std::exchange(jar_, replacement);
    has_crashed_ = false;
    world_.after(written_after, [this, replacement] {
        if (jar_ == replacement) older_.reset();
    });
}

void Browser::sign_out() {
    Sidecar* const sidecar = fleet_.any();
    if (sidecar == nullptr) return;
    const std::size_t session = *std::exchange(session_, std::nullopt);
    ledger_.entry(session).may_have_ended = true;
    stolen_.emplace_back(session, *jar_);
    const std::uint64_t life = sidecar->life();
    const std::size_t shard = world_.chance().below(sidecar->shards());
    start(world_, *sidecar, shard, sidecar->service(shard).revoke(ledger_.entry(session).id),
          [this, session, life](const core::Result<bool>& revoked) {
              if (!revoked) return;
              world_.note("signed out", ledger_.entry(session).id.view());
              ++ledger_.figures.revocations;
              ledger_.entry(session).ended = Acknowledged{world_.now(), life};
          });
}

void Browser::sign_out_everywhere() {
    Sidecar* const sidecar = fleet_.any();
    if (sidecar == nullptr) return;
    stolen_.emplace_back(*session_, *jar_);
    session_.reset();
    ledger_.user_is_ending(user_);
    start(world_, *sidecar, 0, sidecar->service(0).revoke_all(user_, std::nullopt),
          [this, asked = world_.now(), life = sidecar->life()](const core::Result<std::size_t>& revoked) {
              if (!revoked) return;
              world_.note("signed out everywhere", user_.view());
              ++ledger_.figures.revocations;
              ledger_.user_ended(user_, asked, {world_.now(), life});
          });
}

void Browser::change_attributes() {
    Sidecar* const sidecar = fleet_.any();
    if (sidecar == nullptr) return;
    const std::size_t shard = world_.chance().below(sidecar->shards());
    start(world_, *sidecar, shard, sidecar->service(shard).change_attributes(ledger_.entry(*session_).id, one_more),
          [this, session = *session_,
           life = sidecar->life()](const core::Result<std::optional<service::ChangedAttributes>>& changed) {
              if (changed && *changed) ledger_.entry(session).changes.push_back({world_.now(), life});
          });
}

void Browser::change_user() {
    Sidecar* const sidecar = fleet_.any();
    if (sidecar == nullptr) return;
    start(world_, *sidecar, 0, sidecar->service(0).put_user(user_, "{}"),
          [this, life = sidecar->life()](const core::Result<core::UserRecord>& put) {
              if (put) ledger_.user_changed(user_, put->version, {world_.now(), life});
          });
}

/// The browser takes the new token when it is told of one; it may have been made without that.
void Browser::rotate() {
    Sidecar* const sidecar = fleet_.any();
    if (sidecar == nullptr) return;
    const std::size_t session = *session_;
    ledger_.entry(session).may_have_moved = true;
    stolen_.emplace_back(session, *jar_);
    start(world_, *sidecar, 0, sidecar->service(0).rotate(ledger_.entry(session).id),
          [this, session, token = *jar_,
           life = sidecar->life()](const core::Result<std::optional<service::IssuedSession>>& rotated) {
              if (!rotated || !*rotated) return;
              ledger_.entry(session).superseded.emplace(token.secret.bytes, Acknowledged{world_.now(), life});
              if (session_ == session) jar_ = (*rotated)->token;
          });
}

void Browser::visit_calmly() {
    if (!session_) return;
    Sidecar& sidecar = *fleet_.any();
    send(sidecar, {.session = *session_, .token = *jar_, .is_honest = true}, {}, true, true);
    for (const auto& [session, token] : stolen_) send(sidecar, {.session = session, .token = token}, {}, true, true);
}

}  // namespace sessgate::simulation
