#include "app/command_options.hpp"

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

namespace sessgate::app {
namespace {

void add_load(CLI::App& command, BenchWanted& wanted) {
    command.add_option("--connections", wanted.connections, "How many connections are kept (64).")
        ->check(CLI::Range(1, 1'000'000));
    command.add_option("--pipeline", wanted.pipeline, "Requests under way on each connection (1).")
        ->check(CLI::Range(1, 1000));
    command
        .add_option("--rate", wanted.rate,
                    "Requests a second, each due whatever became of the others; else as many as are answered.")
        ->check(CLI::Range(1, 100'000'000));
    command.add_option("--duration", wanted.duration, "How long to measure, such as 1m (10s).");
    command.add_option("--warmup", wanted.warmup, "How long to ask before that (1s).");
    command.add_option("--threads", wanted.threads, "How many threads ask (1).")->check(CLI::Range(1, 256));
}

void add_requests(CLI::App& command, BenchWanted& wanted) {
    command.add_option("-H,--header", wanted.headers, "A field of each request, \"Name: value\"; may be repeated.")
        ->allow_extra_args(false);
    command.add_option("--cookie", wanted.cookie, "A cookie of each request, \"name=value\".");
    CLI::Option* tokens =
        command.add_option("--tokens", wanted.tokens_file, "Each request carries another line of it as its token.");
    tokens->type_name("FILE");
    command.add_option("--cookie-name", wanted.cookie_name, "The cookie of such a token (__Host-session).");
    command
        .add_option("--create", wanted.create,
                    "First create so many sessions on the control port, for an hour, and ask for those.")
        ->check(CLI::Range(1, 10'000'000))
        ->excludes(tokens);
}

}  // namespace

std::string mistake_in_text(const std::string& value) {
    return value.empty() ? "must not be empty" : "";
}

void add_session_options(CLI::App& command, SessionWanted& wanted) {
    command.add_option("USER_ID", wanted.user_id, "Whose session.")->required();
    command.add_option("--attributes", wanted.attributes, "The session's attributes, a JSON object.")
        ->check(mistake_in_text);
    command.add_option("--user-attributes", wanted.user_attributes, "First put these as the user's attributes.")
        ->check(mistake_in_text);
    command.add_option("--active-period", wanted.active_period, "Such as 24h, in place of the setting.")
        ->check(mistake_in_text);
    command.add_option("--idle-period", wanted.idle_period, "Such as 14d, in place of the setting.")
        ->check(mistake_in_text);
    command.add_option("--absolute-lifetime", wanted.absolute_lifetime, "Such as 90d, in place of the setting.")
        ->check(mistake_in_text);
}

void add_bench_options(CLI::App& command, BenchWanted& wanted) {
    command.add_option("URL", wanted.url, "http://HOST:PORT/PATH or unix:SOCKET:/PATH; without a path /session.")
        ->required();
    add_load(command, wanted);
    add_requests(command, wanted);
}

}  // namespace sessgate::app
