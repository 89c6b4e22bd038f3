#include <iostream>

#include "app/commands.hpp"
#include "app/config_checks.hpp"
#include "app/progress.hpp"
#include "app/shard.hpp"
#include "app/store_session.hpp"
#include "sessgate/app/command_line.hpp"
#include "sessgate/core/lucia_move.hpp"

namespace sessgate::app {
namespace {

constexpr auto patience = std::chrono::seconds(60);

int refuse(const std::string& reason) {
    std::cerr << "sessgate: " << reason << '\n';
    return exit_failed;
}

/// What became of Lucia's sessions.
struct Counts {
    std::size_t seen = 0;
    std::size_t movable = 0;
    std::size_t moved = 0;
    std::size_t moved_before = 0;
    std::size_t dead = 0;
};

/// Lucia's sessions as they stand, and the service of a sidecar that takes them over.
class LuciaMigration {
public:
    LuciaMigration(const Config& config, StoreSession& lucia, StoreSession& both)
        : lucia_(lucia),
          both_(both),
          ids_(core::Layout::lucia_2, config.store.record_keys),
          commons_(std::make_unique<service::Commons>(both.clock(), random_)),
          store_log_(both.log(), both.clock()),
          service_(
              {both.context().get_executor(), *commons_, both.store(), both.clock(), random_, store_log_, metrics_},
              service_config_of(config)) {}

    /// Why it did not come to its end; nullopt: it did.
    std::optional<std::string> run(bool dry_run) {
        for (std::string at;;) {
            auto part = lucia_.run(lucia_.store().part(at));
            if (!part) return "cannot read on: " + std::string(core::to_text(part.error()));
            for (const core::SessionRecord& session : part->sessions) {
                if (!take(session, dry_run)) return "cannot write on";
            }
            progress_.show(counts_.seen, part->total);
            if (!part->next) break;
            at = std::move(*part->next);
        }
        progress_.end();
        return std::nullopt;
    }

    const Counts& counts() const noexcept { return counts_; }

private:
    bool take(const core::SessionRecord& session, bool dry_run) {
        ++counts_.seen;
        const bool is_dead = core::state_at(session, lucia_.clock().wall()) == core::SessionState::dead;
        const auto secret = ids_.secret_of(session.id);
        if (is_dead || !secret) return ++counts_.dead, true;
        if (core::is_marked_as_moved(session)) return ++counts_.moved_before, true;
        ++counts_.movable;
        if (dry_run) return true;
        const auto moved = both_.run(service_.move(session, *secret));
        if (moved && *moved) ++counts_.moved;
        return moved.has_value();
    }

    StoreSession& lucia_;
    StoreSession& both_;
    adapters::SystemRandom random_;
    core::LuciaIds ids_;
    std::unique_ptr<service::Commons> commons_;
    service::StoreLog store_log_;
    ports::Metrics metrics_{{}};  // nobody asks for them
    service::SessionService service_;
    Progress progress_;
    Counts counts_;
};

}  // namespace

int migrate_from_lucia(const Config& config, bool dry_run) {
    Config both = config;
    both.store.deadline = patience;
    both.store.near_cache = false;
    both.store.layout = core::Layout::sessgate;
    both.store.migrate_from = core::Layout::lucia_2;
    if (const auto wrong = why_no_place_for_lucia(both.store)) return refuse("store.url: --from lucia-2 " + *wrong);
    if (both.store.record_keys.empty()) return refuse("--from lucia-2 needs a store.record_keys_file");
    Config lucia = both;
    lucia.store.layout = core::Layout::lucia_2;
    lucia.store.migrate_from.reset();
    auto from = StoreSession::open(lucia.store, config.log);
    if (!from) return refuse(from.error());
    auto to = StoreSession::open(both.store, config.log);
    if (!to) return refuse(to.error());

    LuciaMigration migration(both, **from, **to);
    const auto mistake = migration.run(dry_run);
    const Counts& counts = migration.counts();
    std::cout << (dry_run ? "would move " : "moved ") << (dry_run ? counts.movable : counts.moved) << ", moved before "
              << counts.moved_before << ", dead " << counts.dead << '\n';
    if (mistake) return refuse(*mistake + "; run it again, and it goes on");
    return exit_ok;
}

}  // namespace sessgate::app
