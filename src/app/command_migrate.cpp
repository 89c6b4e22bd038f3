#include <algorithm>
#include <iostream>

#include "app/commands.hpp"
#include "app/config_puts.hpp"
#include "app/progress.hpp"
#include "app/store_session.hpp"
#include "sessgate/app/command_line.hpp"

namespace sessgate::app {
namespace {

using ports::Async;
using ports::Created;
using ports::Replaced;

/// Written at once: enough for an embedded store to take many into one transaction, and fewer than may wait for Redis.
constexpr std::size_t together = 64;

/// Another write came first; this many times in a row, somebody else keeps writing.
constexpr int attempts_max = 8;

/// A command has time: a busy store is waited for.
constexpr auto patience = std::chrono::seconds(60);

enum class Outcome { copied, there_already, given_up };

int refuse(const std::string& reason) {
    std::cerr << "sessgate: " << reason << '\n';
    return exit_failed;
}

Async<Outcome> copy_user(ports::SessionStore& to, core::UserRecord user) {
    for (int attempt = 0; attempt < attempts_max; ++attempt) {
        auto there = co_await to.find_user(user.id);
        if (!there) co_return there.error();
        if (*there && (*there)->version >= user.version) co_return Outcome::there_already;
        const auto replaced = co_await to.replace_user(std::move(*there), user);
        if (!replaced) co_return replaced.error();
        if (*replaced == Replaced::replaced) co_return Outcome::copied;
    }
    co_return Outcome::given_up;
}

/// Its copy of the user's attributes is made anew where the user has changed on the way.
Async<Outcome> copy_session(ports::SessionStore& to, core::SessionRecord session) {
    for (int attempt = 0; attempt < attempts_max; ++attempt) {
        const auto created = co_await to.create(session);
        if (!created && created.error() == core::Errc::session_exists) co_return Outcome::there_already;
        if (!created) co_return created.error();
        if (*created == Created::created) co_return Outcome::copied;
        auto user = co_await to.find_user(session.user);
        if (!user) co_return user.error();
        session.user_copy.reset();
        if (*user) session.user_copy = core::UserCopy{(*user)->version, std::move((*user)->attributes)};
    }
    co_return Outcome::given_up;
}

class Migration {
public:
    Migration(StoreSession& from, StoreSession* to) : from_(from), to_(to) {}

    /// Users first, since a session is written beside its user. Why it did not come to its end; nullopt: it did.
    std::optional<std::string> run() {
        auto users = each_part([this](const ports::StorePart& part) { return copy_all(part.users, copy_user); });
        if (users) return users;
        return each_part([this](const ports::StorePart& part) { return copy_all(part.sessions, copy_session); });
    }

    std::string summary() const {
        if (to_ == nullptr) return std::to_string(seen_) + " users and sessions would be copied";
        return "copied " + std::to_string(copied_) + ", there already " + std::to_string(there_already_);
    }

private:
    template <typename Take>
    std::optional<std::string> each_part(Take take) {
        std::string at;
        for (;;) {
            auto part = from_.run(from_.store().part(at));
            if (!part) return "cannot read on: " + std::string(core::to_text(part.error()));
            if (auto mistake = take(*part)) return mistake;
            progress_.show(seen_, part->total);
            if (!part->next) break;
            at = std::move(*part->next);
        }
        progress_.end();
        return std::nullopt;
    }

    template <typename Record, typename Copy>
    std::optional<std::string> copy_all(const std::vector<Record>& records, Copy copy) {
        seen_ += records.size();
        if (to_ == nullptr) return std::nullopt;
        for (std::size_t first = 0; first < records.size(); first += together) {
            const std::size_t count = std::min(together, records.size() - first);
            std::vector<std::optional<core::Result<Outcome>>> outcomes(count);
            for (std::size_t i = 0; i < count; ++i) to_->start(copy(to_->store(), records[first + i]), outcomes[i]);
            to_->wait_for(
                [&] { return std::ranges::all_of(outcomes, [](const auto& each) { return each.has_value(); }); });
            for (const auto& outcome : outcomes) {
                if (auto mistake = take(*outcome)) return mistake;
            }
        }
        return std::nullopt;
    }

    std::optional<std::string> take(const core::Result<Outcome>& outcome) {
        if (!outcome) return "cannot write on: " + std::string(core::to_text(outcome.error()));
        if (*outcome == Outcome::given_up) return "somebody else keeps writing the same";
        ++(*outcome == Outcome::copied ? copied_ : there_already_);
        return std::nullopt;
    }

    StoreSession& from_;
    StoreSession* to_;  ///< null: a dry run
    Progress progress_;
    std::size_t seen_ = 0;
    std::size_t copied_ = 0;
    std::size_t there_already_ = 0;
};

/// The settings' store, or the one that `url` names with everything else as the settings have it.
boost::system::result<StoreConfig, std::string> store_at(const Config& config, const std::string& url) {
    Config named = config;
    named.store.deadline = patience;
    named.store.near_cache = false;
    if (url.empty()) return named.store;
    if (const auto wrong = put_store_url(named, url)) return url + " " + *wrong;
    return named.store;
}

}  // namespace

int migrate(const Config& config, const MigrationWanted& wanted) {
    if (wanted.from == "lucia-2") return migrate_from_lucia(config, wanted.dry_run);
    const auto from_config = store_at(config, wanted.from);
    const auto to_config = store_at(config, wanted.to);
    if (!from_config) return refuse(from_config.error());
    if (!to_config) return refuse(to_config.error());
    auto from = StoreSession::open(*from_config, config.log);
    if (!from) return refuse("--from: " + from.error());
    std::unique_ptr<StoreSession> to;
    if (!wanted.dry_run) {
        auto opened = StoreSession::open(*to_config, config.log);
        if (!opened) return refuse("--to: " + opened.error());
        to = std::move(*opened);
    }
    Migration migration(**from, to.get());
    const auto mistake = migration.run();
    std::cout << migration.summary() << '\n';
    if (mistake) return refuse(*mistake + "; run it again, and it goes on");
    return exit_ok;
}

}  // namespace sessgate::app
