#include "sessgate/app/command_line.hpp"

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <algorithm>
#include <functional>
#include <iostream>

#include "app/command_flags.hpp"
#include "app/command_options.hpp"
#include "app/commands.hpp"
#include "app/completion.hpp"
#include "app/config_print.hpp"
#include "app/man_page.hpp"
#include "app/process.hpp"
#include "sessgate/app/run.hpp"

namespace sessgate::app {
namespace {

constexpr const char* exit_codes =
    "Exit codes: 0 done; 1 failed; 2 a mistake in the settings or on the command line; 3 no such session or user.\n"
    "Settings come from flags, else the environment (SESSGATE_LISTEN), else the file of --config, else defaults.";

/// All commands, and after a parse the one that was asked for.
class CommandLine {
public:
    CommandLine() {
        app_.name("sessgate");
        app_.require_subcommand(1);
        app_.set_version_flag("--version", "sessgate " SESSGATE_VERSION);
        app_.get_formatter()->column_width(36);
        app_.footer(exit_codes);
        flags_.sources.environment = environment_of_process();
        add_serve();
        add_reload();
        add_check();
        add_session();
        add_user();
        add_migrate();
        add_backup();
        add_healthcheck();
        add_bench();
        add_completion();
        add_man();
        add_version();
    }

    int run(std::span<char*> arguments) {
        try {
            app_.parse(static_cast<int>(arguments.size()), arguments.data());
        } catch (const CLI::ParseError& error) {
            if (error.get_exit_code() == 0) return app_.exit(error);  // help or version
            const bool is_command = !app_.get_subcommands().empty();
            return told({(is_command ? error.what() : "there is no such command") + std::string("; see --help")});
        }
        return action_();
    }

private:
    using Action = std::function<int(const Config&)>;

    /// One line for each, also where a key of a file has control characters in its name.
    static int told(Mistakes mistakes) {
        for (std::string& mistake : mistakes) {
            std::ranges::replace_if(
                mistake, [](char c) { return (c >= '\0' && c < ' ') || c == '\x7f'; }, '?');
            std::cerr << "sessgate: " << mistake << '\n';
        }
        return exit_mistake;
    }

    /// A command that reads the settings of `reader` first and does nothing when there is a mistake in them.
    CLI::App* add(CLI::App& parent, const std::string& name, const std::string& help, Reader reader, Action action) {
        CLI::App* command = parent.add_subcommand(name, help);
        add_settings(*command, reader, flags_);
        command->footer(exit_codes);
        command->callback([this, command, reader, action = std::move(action)] {
            action_ = [this, command, reader, action] {
                take_leftovers(*command, flags_);
                read_ = read_config(flags_, reader);
                if (read_.mistakes.empty()) return action(read_.config);
                const int exit_code = told(read_.mistakes);
                // Containers know only 0 and 1 of a health check.
                return reader == Reader::probe ? int{exit_failed} : exit_code;
            };
        });
        return command;
    }

    /// A command that talks to a running program.
    template <typename Ask>
    CLI::App* add_client(CLI::App& parent, const std::string& name, const std::string& help, Ask ask) {
        CLI::App* command = add(parent, name, help, Reader::command, [this, ask](const Config& config) {
            return ask(CommandTarget{config.control, as_json_});
        });
        command->add_flag("--json", as_json_, "Print the answer as it came.");
        return command;
    }

    void add_serve() {
        add(app_, "serve", "Start answering; stops on SIGTERM or SIGINT, reloads on SIGHUP.", Reader::server,
            [this](const Config& config) {
                return app::run(config, [this] { return reread_config(flags_.sources, read_); });
            });
    }

    void add_reload() {
        add_client(app_, "reload", "Let a running program read its settings again, and say which need a restart.",
                   [](const CommandTarget& target) { return reload(target); });
    }

    void add_check() {
        CLI::App* check = add(app_, "check", "Read the settings as serve would, and say all that is wrong in them.",
                              Reader::server, [this](const Config& config) { return this->check(config); });
        check->add_option("--print", print_, "Print an example settings file (toml) or the README's table (markdown).")
            ->check(CLI::IsMember({"toml", "markdown"}));
        check->add_flag("--connect", connects_, "Also use the store, and say how that went.");
    }

    int check(const Config& config) const {
        if (print_ == "toml") {
            std::cout << settings_as_toml();
        } else if (print_ == "markdown") {
            std::cout << settings_as_markdown();
        } else {
            std::cout << "OK: listen " << to_text(config.listen) << ", control " << to_text(config.control.listen)
                      << '\n';
            if (connects_) return check_connection(config);
        }
        return exit_ok;
    }

    void add_session() {
        CLI::App* session = app_.add_subcommand("session", "Create, show, list, rotate, explain and revoke sessions.");
        session->require_subcommand(1);
        add_session_create(*session);

        add_client(*session, "show", "Show one session.",
                   [this](const CommandTarget& target) { return show_session(target, id_); })
            ->add_option("SESSION_ID", id_, "Of a token, the part before the dot.")
            ->required();
        add_client(*session, "list", "List a user's live sessions; with --json one line for each page.",
                   [this](const CommandTarget& target) { return list_sessions(target, id_); })
            ->add_option("USER_ID", id_, "Whose sessions.")
            ->required();
        add_client(*session, "rotate", "Give a session a new token at once and print it; the old one is dead.",
                   [this](const CommandTarget& target) { return rotate_session(target, id_); })
            ->add_option("SESSION_ID", id_, "Of a token, the part before the dot.")
            ->required();
        add_client(*session, "explain", "Read a token from standard input and say what /session would answer, and why.",
                   [](const CommandTarget& target) { return explain_token(target); });
        add_session_revoke(*session);
    }

    void add_session_create(CLI::App& session) {
        CLI::App* command = add_client(session, "create", "Create a session and print its token.",
                                       [this](const CommandTarget& target) { return create_session(target, wanted_); });
        add_session_options(*command, wanted_);
    }

    void add_session_revoke(CLI::App& session) {
        CLI::App* revoke = add_client(
            session, "revoke", "End one session, with --user all of a user's, with --everybody all.",
            [this](const CommandTarget& target) {
                if (everybody_) return revoke_everything(target);
                return user_id_.empty() ? revoke_session(target, id_) : revoke_sessions(target, user_id_, except_);
            });
        CLI::Option* id = revoke->add_option("SESSION_ID", id_, "Of a token, the part before the dot.");
        CLI::Option* user =
            revoke->add_option("--user", user_id_, "End all sessions of this user.")->check(mistake_in_text);
        revoke->add_option("--except", except_, "With --user: the session that stays.")
            ->needs(user)
            ->check(mistake_in_text);
        revoke->add_flag("--everybody", everybody_, "End every session of every user.")->excludes(user)->excludes(id);
        id->excludes(user);
    }

    void add_user() {
        CLI::App* user = app_.add_subcommand("user", "Put, show and delete users' attributes.");
        user->require_subcommand(1);
        CLI::App* put = add_client(*user, "put", "Store a user's attributes.",
                                   [this](const CommandTarget& target) { return put_user(target, id_, attributes_); });
        put->add_option("USER_ID", id_, "Who.")->required();
        put->add_option("--attributes", attributes_, "A JSON object.")->required();

        add_client(*user, "show", "Show a user's attributes.",
                   [this](const CommandTarget& target) { return show_user(target, id_); })
            ->add_option("USER_ID", id_, "Who.")
            ->required();
        add_client(*user, "delete", "Forget a user's attributes and revoke all of the user's sessions.",
                   [this](const CommandTarget& target) { return delete_user(target, id_); })
            ->add_option("USER_ID", id_, "Who.")
            ->required();
    }

    void add_migrate() {
        CLI::App* command = add(app_, "migrate", "Copy users and sessions into another store, or take Lucia's over.",
                                Reader::server, [this](const Config& config) { return migrate(config, migration_); });
        command->add_option("--from", migration_.from, "A store's URL, or lucia-2; else store.url.")
            ->check(mistake_in_text);
        command->add_option("--to", migration_.to, "A store's URL; else store.url.")->check(mistake_in_text);
        command->add_flag("--dry-run", migration_.dry_run, "Only count.");
    }

    void add_backup() {
        add(app_, "backup", "Copy the embedded store, also while sessgate runs.", Reader::server,
            [this](const Config& config) { return back_up(config, folder_); })
            ->add_option("FOLDER", folder_, "A folder to make, for the copy.")
            ->required();
        add(app_, "restore", "Put such a copy where store.url says, while sessgate does not run.", Reader::server,
            [this](const Config& config) { return restore(config, folder_); })
            ->add_option("FOLDER", folder_, "The folder with the copy.")
            ->required();
    }

    void add_healthcheck() {
        CLI::App* health =
            add(app_, "healthcheck", "Ask whether sessgate is ready; for containers without a shell.", Reader::probe,
                [this](const Config& config) { return check_health(config.control, only_alive_); });
        health->add_flag("--live", only_alive_, "Ask only whether it is alive, and not for its store.");
    }

    void add_bench() {
        CLI::App* command = add_client(app_, "bench", "Put a load on a server and say how quickly it answers.",
                                       [this](const CommandTarget& target) { return run_bench(target, bench_); });
        add_bench_options(*command, bench_);
    }

    void add_completion() {
        CLI::App* completion = app_.add_subcommand("completion", "Print a shell's completion script for this program.");
        completion->add_option("SHELL", shell_, "Which shell.")
            ->required()
            ->check(CLI::IsMember({"bash", "zsh", "fish"}));
        completion->callback([this] {
            action_ = [this] {
                std::cout << completion_for(shell_)(tree_of(app_));
                return int{exit_ok};
            };
        });
    }

    void add_man() {
        app_.add_subcommand("man", "Print the manual page, for `man -l -`.")->callback([this] {
            action_ = [this] {
                std::cout << man_page(tree_of(app_));
                return int{exit_ok};
            };
        });
    }

    void add_version() {
        app_.add_subcommand("version", "Print the version.")->callback([this] {
            action_ = [] {
                std::cout << "sessgate " SESSGATE_VERSION "\n";
                return int{exit_ok};
            };
        });
    }

    CLI::App app_{"A session sidecar: whose session is this cookie, and is it good?"};
    CommandFlags flags_;
    ReadConfig read_;
    std::function<int()> action_;
    std::string print_;
    std::string shell_;
    std::string id_;
    std::string user_id_;
    std::string except_;
    std::string attributes_;
    std::string folder_;
    SessionWanted wanted_;
    MigrationWanted migration_;
    BenchWanted bench_;
    bool as_json_ = false;
    bool everybody_ = false;
    bool only_alive_ = false;
    bool connects_ = false;
};

}  // namespace

int run_command_line(std::span<char*> arguments) {
    return CommandLine().run(arguments);
}

}  // namespace sessgate::app
