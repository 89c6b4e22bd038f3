#include "tests/simulation/garbled.hpp"

#include "tests/simulation/call.hpp"
#include "tests/simulation/fleet.hpp"
#include "tests/support/asked.hpp"

namespace sessgate::simulation {
namespace {

constexpr std::size_t session_count = 32;
constexpr std::size_t revoked_count = 8;
constexpr std::size_t garbled_one_in = 20;
constexpr std::size_t batch = 64;
constexpr std::size_t batches_a_day = 16;

/// One byte or a short piece, as chance has it.
void damage(Chance& chance, std::string& bytes) {
    const std::size_t at = chance.below(bytes.size());
    const std::size_t size = 1 + chance.below(std::min<std::size_t>(bytes.size() - at, 12));
    const auto made_up = [&] { return static_cast<char>(chance.next()); };
    switch (chance.below(6)) {
        case 0:
            bytes[at] = static_cast<char>(bytes[at] ^ (1 << chance.below(8)));
            break;
        case 1:
            bytes[at] = made_up();
            break;
        case 2:
            bytes.erase(at, size);
            break;
        case 3:
            bytes.insert(at, size, made_up());
            break;
        case 4:
            bytes.insert(at, bytes.substr(at, size));
            break;
        default:
            bytes.resize(at);
    }
}

class Garbled {
public:
    Garbled(std::uint64_t seed, bool tells)
        : world_(seed, tells),
          network_(world_),
          server_(world_, {}),
          fleet_(world_, network_, 1, settings()),
          ledger_(world_) {
        network_.serve(&server_);
    }

    Outcome run(std::uint64_t requests) {
        sign_in();
        revoke_some();
        network_.garble([this](std::string& bytes) {
            if (!world_.chance().one_in(garbled_one_in)) return;
            damage(world_.chance(), bytes);
            ++damaged_;
        });
        for (std::uint64_t sent = 0, batches = 1; sent < requests; sent += batch, ++batches) {
            for (std::size_t i = 0; i < batch; ++i)
                world_.after(world_.chance().between(0ms, 200ms), [this] { ask(); });
            world_.run_until(world_.now() + 210ms);
            if (batches % batches_a_day == 0) sleep();
        }
        sleep();
        return {ledger_.mistakes(), ledger_.figures, world_.digest(), world_.steps(), damaged_, server_.commands()};
    }

private:
    struct Held {
        core::Token token;
        bool is_revoked = false;
    };

    static SidecarSettings settings() {
        SidecarSettings settings;
        settings.service.near_cache_sessions = 8;
        settings.service.defaults.idle_period = std::chrono::hours(1'000'000);
        settings.service.defaults.absolute_lifetime.reset();
        return settings;
    }

    void sign_in() {
        world_.run_until(world_.now() + 1s);
        Sidecar& sidecar = *fleet_.sidecar(0);
        for (std::size_t i = 0; i < session_count; ++i) {
            service::NewSession wanted{.user = *core::UserId::parse("user-" + std::to_string(i)),
                                       .attributes = "{}",
                                       .user_attributes = {},
                                       .periods = settings().service.defaults};
            start(world_, sidecar, 0, sidecar.service(0).create(std::move(wanted)),
                  [this](const core::Result<service::IssuedSession>& issued) {
                      held_.push_back({issued->token, false});
                      ledger_.add({.id = issued->session.id,
                                   .user = issued->session.user,
                                   .alive_until = issued->session.periods.idle_until});
                  });
            world_.run_until(world_.now() + 20ms);
        }
    }

    void revoke_some() {
        Sidecar& sidecar = *fleet_.sidecar(0);
        for (std::size_t i = 0; i < revoked_count; ++i) {
            start(world_, sidecar, 0, sidecar.service(0).revoke(held_[i].token.id),
                  [this, i](const core::Result<bool>&) {
                      held_[i].is_revoked = true;
                      ledger_.entry(i).may_have_ended = true;
                      ledger_.entry(i).ended = Acknowledged{world_.now(), 1};
                  });
            world_.run_until(world_.now() + 20ms);
        }
    }

    void ask() {
        Sidecar& sidecar = *fleet_.sidecar(0);
        const std::size_t session = world_.chance().below(held_.size());
        Request request{.session = session, .token = held_[session].token, .is_honest = !held_[session].is_revoked};
        request.is_forged = world_.chance().one_in(8);
        if (request.is_forged) request.token.secret.bytes[world_.chance().below(32)] ^= 1;
        request.is_honest = request.is_honest && !request.is_forged;
        request.begun = world_.now();
        request.life = sidecar.life();
        service::Credential credential;
        credential.tokens.push_back(request.token);
        const std::size_t shard = world_.chance().below(sidecar.shards());
        start(world_, sidecar, shard, tests::asked(sidecar.service(shard), std::move(credential), {}),
              [this, request](const core::Verdict& verdict) {
                  ledger_.check(request, verdict);
                  const auto* const allow = std::get_if<core::Allow>(&verdict);
                  if (allow != nullptr && allow->replacement) held_[request.session].token = *allow->replacement;
              });
    }

    /// Until nothing is under way; then some time, so that sessions are renewed and tokens retire.
    void sleep() {
        world_.run_until(world_.now() + 1s);
        world_.leap(world_.chance().one_in(2) ? Time(70s) : Time(25h));
    }

    World world_;
    Network network_;
    RedisServer server_;
    Fleet fleet_;
    Ledger ledger_;
    std::vector<Held> held_;
    std::uint64_t damaged_ = 0;
};

}  // namespace

Outcome run_garbled(std::uint64_t seed, std::uint64_t requests, bool tells) {
    return Garbled(seed, tells).run(requests);
}

}  // namespace sessgate::simulation
