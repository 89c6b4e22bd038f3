// Makes FOLDER a data folder with COUNT sessions that begin now, session N of user-N. Each STEP-th has its token in
// TOKENS_FILE, one a line. Prints the store.lmdb_map_size that fits it: fill_lmdb FOLDER COUNT STEP TOKENS_FILE

#include <algorithm>
#include <cstdio>
#include <fstream>
#include <iostream>
#include <span>
#include <vector>

#include "adapters/lmdb/environment.hpp"
#include "adapters/lmdb/new_files.hpp"
#include "app/progress.hpp"
#include "sessgate/adapters/system.hpp"
#include "sessgate/core/lifecycle.hpp"
#include "sessgate/core/record_codec.hpp"
#include "sessgate/service/session_service.hpp"

namespace {

using namespace sessgate;
namespace lmdb = adapters::lmdb;
using lmdb::Environment;
using lmdb::SessionPlace;

/// Rows of a transaction, so that LMDB's list of changed pages stays short.
constexpr std::size_t batch_rows = 100'000;

/// All sessions have the same: nothing here depends on it.
constexpr core::Secret secret{};

struct Row {
    std::string key;
    std::string value;
};

core::UserId user_of(std::size_t number) {
    return core::UserId::parse("user-" + std::to_string(number)).value();
}

core::SessionId id_of(const core::UserId& user) {
    const core::Digest random = core::sha256({core::as_bytes("session of "), core::as_bytes(user.view())});
    return core::SessionId::make(user, std::span(random).first<core::SessionId::random_bytes>());
}

core::SessionRecord begun_by(const core::UserId& user, core::WallTime now) {
    const service::SessionDefaults defaults;
    core::SessionRecord session{.id = id_of(user),
                                .user = user,
                                .hash = core::hash_of(secret),
                                .created_at = now,
                                .periods = {},
                                .absolute_end = now + *defaults.absolute_lifetime,
                                .active_period = defaults.active_period,
                                .idle_period = defaults.idle_period};
    session.periods = core::periods_from(session, now);
    return session;
}

/// Where sessions 0 to `count` - 1 stand, in this order. `any`: one of them; all expire with it.
std::vector<SessionPlace> places_of(std::size_t count, const core::SessionRecord& any) {
    const core::WallTime expiry = core::store_expiry(any);
    std::vector<SessionPlace> places;
    places.reserve(count);
    for (std::size_t number = 0; number < count; ++number) {
        const core::UserId user = user_of(number);
        places.push_back({id_of(user), user, expiry});
    }
    return places;
}

void write_tokens(const char* file, std::span<const SessionPlace> places, std::size_t step) {
    std::ofstream tokens(file);
    tokens.exceptions(std::ios::failbit | std::ios::badbit);
    for (std::size_t number = 0; number < places.size(); number += step) {
        std::string token;
        core::append_token(token, {places[number].id, secret});
        tokens << token << '\n';
    }
}

/// Writes rows behind all that a table has, which takes LMDB no search and leaves no page half empty.
class Filling {
public:
    Filling(const Environment& environment, std::size_t rows) : environment_(environment), rows_(rows) { show(0); }

    /// `places`: in the order of the keys that `row_of` gives them.
    template <typename RowOf>
    void append(MDB_dbi table, std::span<const SessionPlace> places, const RowOf& row_of) {
        while (!places.empty()) {
            const auto batch = places.first(std::min(places.size(), batch_rows));
            lmdb::Transaction transaction(environment_.handle(), 0);
            for (const SessionPlace& place : batch) {
                const Row row = row_of(place);
                lmdb::put(transaction.handle(), table, row.key, row.value, MDB_APPEND);
            }
            transaction.commit();
            show(batch.size());
            places = places.subspan(batch.size());
        }
    }

private:
    void show(std::size_t more) {
        written_ += more;
        progress_.show_share(static_cast<double>(written_) / static_cast<double>(rows_), std::to_string(written_));
        if (written_ == rows_) progress_.end();
    }

    const Environment& environment_;
    std::size_t rows_;
    std::size_t written_ = 0;
    app::Progress progress_;
};

/// `session`: one of them, which the others differ from in their places only.
void fill(const Environment& environment, std::vector<SessionPlace> places, core::SessionRecord session) {
    const lmdb::Tables& tables = environment.tables();
    const core::RecordCodec codec;
    Filling filling(environment, 3 * places.size());

    std::ranges::sort(places, {}, &SessionPlace::id);
    filling.append(tables.sessions, places, [&](const SessionPlace& place) {
        session.id = place.id;
        session.user = place.user;
        return Row{std::string(place.id.view()), codec.encode(session)};
    });
    filling.append(tables.sessions_by_expiry, places, [](const SessionPlace& place) {
        return Row{lmdb::expiry_key(place.expiry, place.id), std::string(place.user.view())};
    });
    std::ranges::sort(places, {}, &SessionPlace::user);
    filling.append(tables.sessions_by_user, places, [](const SessionPlace& place) {
        return Row{lmdb::user_key(place.user, place.id), lmdb::expiry_text(place.expiry)};
    });
}

std::unique_ptr<Environment> open_new(const std::filesystem::path& folder, std::size_t map_mib) {
    if (const auto mistake = lmdb::NewFiles(folder).make_folder()) throw std::runtime_error(*mistake);
    auto opened = Environment::open(folder, std::uint64_t{map_mib} << 20, Environment::Check::format);
    if (!opened) throw std::runtime_error(opened.error());
    return *std::move(opened);
}

void run(const std::filesystem::path& folder, std::size_t count, std::size_t step, const char* tokens_file) {
    const std::size_t map_mib = 1024 + count / 400;  // 2.6 KB for each, five times what it takes at first
    const auto environment = open_new(folder, map_mib);
    // On disk once, at the end: a folder that is half filled is of no use.
    lmdb::require(mdb_env_set_flags(environment->handle(), MDB_NOSYNC, 1));

    const adapters::SystemClock clock;
    const core::SessionRecord session = begun_by(user_of(0), clock.wall());
    std::vector<SessionPlace> places = places_of(count, session);
    write_tokens(tokens_file, places, step);
    fill(*environment, std::move(places), session);
    lmdb::require(mdb_env_sync(environment->handle(), 1));
    std::cout << map_mib << "MiB\n";
}

}  // namespace

int main(int argc, char** argv) {
    if (argc != 5) return std::fputs("usage: fill_lmdb FOLDER COUNT STEP TOKENS_FILE\n", stderr), 2;
    try {
        run(argv[1], std::stoul(argv[2]), std::stoul(argv[3]), argv[4]);
        return 0;
    } catch (const lmdb::Failure& failure) {
        std::fprintf(stderr, "fill_lmdb: %s\n", mdb_strerror(failure.code));
    } catch (const std::exception& error) {
        std::fprintf(stderr, "fill_lmdb: %s\n", error.what());
    }
    return 1;
}
