#pragma once

#include <string>
#include <vector>

#include "sessgate/app/config.hpp"

namespace sessgate::app {

// The commands that talk to a running program. Each prints its answer to standard output, or one line to standard error
// that says why there is none, and returns the program's exit code.

/// Where to ask, and how to show the answer.
struct CommandTarget {
    ControlConfig control;
    bool as_json = false;  ///< the answer as it came
};

/// Texts as they were typed; empty: not given.
struct SessionWanted {
    std::string user_id;
    std::string attributes;
    std::string user_attributes;
    std::string active_period;
    std::string idle_period;
    std::string absolute_lifetime;
};

/// Prints the token alone, so that it can be taken into a variable.
int create_session(const CommandTarget& target, const SessionWanted& wanted);
int show_session(const CommandTarget& target, const std::string& session_id);
int list_sessions(const CommandTarget& target, const std::string& user_id);
/// Prints the new token alone.
int rotate_session(const CommandTarget& target, const std::string& session_id);

/// Reads a token from standard input and says in words what `/session` would answer, and why. The token itself is never
/// shown.
int explain_token(const CommandTarget& target);

int revoke_session(const CommandTarget& target, const std::string& session_id);

/// Ends every session of every user.
int revoke_everything(const CommandTarget& target);

/// `except`: the session that stays; empty: none does.
int revoke_sessions(const CommandTarget& target, const std::string& user_id, const std::string& except);

int put_user(const CommandTarget& target, const std::string& user_id, const std::string& attributes);
int show_user(const CommandTarget& target, const std::string& user_id);
int delete_user(const CommandTarget& target, const std::string& user_id);

/// Says which changed settings still need a restart; or all that is wrong with them, and then nothing has changed.
int reload(const CommandTarget& target);

/// Opens the store as `serve` would, uses it, and says in words how that went.
int check_connection(const Config& config);

/// What is to be moved: from a store to another one, or from Lucia's layout to ours in the settings' own store.
struct MigrationWanted {
    std::string from;  ///< a store's URL, `lucia-2`, or empty: the settings' store
    std::string to;    ///< a store's URL; empty: the settings' store
    bool dry_run = false;
};

/// Copies users and sessions, shows how far it is, and skips what is there already, so that it can be run again.
int migrate(const Config& config, const MigrationWanted& wanted);

/// The same from Lucia's layout: each of its sessions becomes one of ours.
int migrate_from_lucia(const Config& config, bool dry_run);

/// Copies the embedded store, which may be in use, into a new folder; and such a copy to where the settings want it.
int back_up(const Config& config, const std::string& folder);
int restore(const Config& config, const std::string& folder);

/// What `bench` is to ask, as it was typed.
struct BenchWanted {
    std::string url;
    std::size_t connections = 64;
    std::size_t pipeline = 1;
    std::size_t threads = 1;
    std::size_t rate = 0;  ///< 0: a closed loop
    std::string duration = "10s";
    std::string warmup = "1s";
    std::vector<std::string> headers{};
    std::string cookie{};
    std::string tokens_file{};
    std::string cookie_name = "__Host-session";
    std::size_t create = 0;
};

/// Puts a load on a server, with progress, and prints how it was answered.
int run_bench(const CommandTarget& target, const BenchWanted& wanted);

/// Asks `/readyz` or `/livez`; never returns more than 1, as containers want it.
int check_health(const ControlConfig& control, bool only_alive);

}  // namespace sessgate::app
