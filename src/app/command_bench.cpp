#include <spdlog/fmt/fmt.h>

#include <iostream>

#include "app/bench/drawing.hpp"
#include "app/bench/first_answer.hpp"
#include "app/bench/measure.hpp"
#include "app/bench/report.hpp"
#include "app/bench/sessions.hpp"
#include "app/bench/wanted.hpp"
#include "app/command_support.hpp"
#include "app/progress.hpp"
#include "sessgate/app/command_line.hpp"

namespace sessgate::app {
namespace {

using namespace bench;

constexpr unsigned not_found = 404;

/// A client that is busier than this may have been what was measured.
constexpr double busy_share = 0.9;

int fail(const std::string& why) {
    std::cerr << "sessgate: " << why << '\n';
    return exit_failed;
}

void note(const std::string& what) {
    std::cerr << "note: " << what << '\n';
}

boost::system::result<NewSessions, std::string> create_with_progress(const ControlConfig& control, std::size_t count) {
    Progress progress;
    auto created = create_sessions(control, count, [&](std::size_t done) {
        progress.show_share(static_cast<double>(done) / static_cast<double>(count), grouped(done) + " sessions");
    });
    progress.end();
    return created;
}

/// Whose sessions are asked for: new ones, those of the file, or nobody's.
boost::system::result<NewSessions, std::string> sessions_of(const ControlConfig& control, const BenchWanted& wanted) {
    if (wanted.create > 0) return create_with_progress(control, wanted.create);
    NewSessions sessions{{}, wanted.cookie_name};
    if (wanted.tokens_file.empty()) return sessions;
    auto tokens = tokens_in(wanted.tokens_file);
    if (!tokens) return tokens.error();
    sessions.tokens = std::move(*tokens);
    return sessions;
}

/// Why it makes no sense to go on; empty: it does.
std::string try_once(const Target& target, const SocketAddress& address, const Requests& requests) {
    std::string request;
    requests.append(request, 0);
    const auto first = ask_once(target, address, request);
    if (!first) return first.error();
    if (first->status == not_found)
        return "there is no " + target.path + " (404): is a session service listening there?";
    if (first->status / 100 != 2) note("the first answer had status " + std::to_string(first->status));
    if (first->text.find("\r\n\r\n{\"session\":null") != std::string::npos) {
        note("the first answer says that there is no session: what is measured is a denial");
    }
    return {};
}

boost::system::result<Counts, std::string> measure_with_progress(const Load& load, const Requests& requests,
                                                                 const SocketAddress& address) {
    const std::chrono::duration<double> whole = load.warmup + load.duration;
    Progress progress;
    auto counts = measure(load, requests, address, [&](const Passed& passed) {
        const std::chrono::duration<double> time = passed.time;
        const auto rate = static_cast<std::uint64_t>(static_cast<double>(passed.answers) / time.count());
        progress.show_share(time / whole,
                            fmt::format("{:.1f} of {:.1f} s{}  {} requests/s", time.count(), whole.count(),
                                        passed.time < load.warmup ? " (warm-up)" : "", grouped(rate)));
    });
    progress.end();
    return counts;
}

int print(const CommandTarget& target, const BenchWanted& wanted, const Load& load, const Counts& counts) {
    std::cout << (target.as_json ? report_json(wanted.url, load, counts) : report_text(load, counts));
    if (counts.cpu_share > busy_share)
        note("the client was busy all the time, and may be what was measured: --threads");
    return counts.requests() == 0 ? fail("nothing was answered") : int{exit_ok};
}

}  // namespace

int run_bench(const CommandTarget& target, const BenchWanted& wanted) {
    const auto asked = parse_target(wanted.url);
    if (!asked) return refuse(asked.error());
    const auto load = load_of(wanted);
    if (!load) return refuse(load.error());
    const auto address = resolve(asked->address);
    if (!address) return fail(address.error());
    if (const auto mistake = requests_of(wanted, *asked, {}, wanted.cookie_name); !mistake)
        return refuse(mistake.error());

    auto sessions = sessions_of(target.control, wanted);
    if (!sessions) return fail(sessions.error());
    const auto requests = requests_of(wanted, *asked, std::move(sessions->tokens), sessions->cookie_name);
    if (const std::string mistake = try_once(*asked, *address, *requests); !mistake.empty()) return fail(mistake);

    const auto counts = measure_with_progress(*load, *requests, *address);
    return counts ? print(target, wanted, *load, *counts) : fail(counts.error());
}

}  // namespace sessgate::app
