#include <boost/asio/this_coro.hpp>

#include "http/endpoint.hpp"
#include "http/problem.hpp"
#include "sessgate/core/json.hpp"
#include "sessgate/http/server.hpp"
#include "sessgate/ports/pending_calls.hpp"

namespace sessgate::http::endpoints {
namespace {

using PendingReloads = ports::PendingCalls<ReloadOutcome>;

/// Files are read and shards told in far less; a disk that hangs must not keep the caller.
constexpr core::Milliseconds patience = std::chrono::seconds(9);

void append_list(std::string& out, const std::vector<std::string>& texts) {
    out += '[';
    for (const std::string& text : texts) {
        if (&text != texts.data()) out += ',';
        core::append_json_string(out, text);
    }
    out += ']';
}

void write_outcome(Response& response, const ReloadOutcome& outcome) {
    if (outcome.mistakes.empty()) {
        response.body += R"({"needRestart":)";
        append_list(response.body, outcome.need_restart);
        response.body += '}';
        return;
    }
    write_problem(response, 422, "settings_mistaken", "Nothing was changed: there are mistakes in the settings.");
    response.body.back() = ',';
    response.body += R"("mistakes":)";
    append_list(response.body, outcome.mistakes);
    response.body += '}';
}

}  // namespace

ports::Task<void> reload(Exchange& exchange) {
    const auto executor = co_await boost::asio::this_coro::executor;
    PendingReloads& reloads = PendingReloads::on(executor);
    const auto start = [&](std::uint64_t ticket) {
        exchange.context.state.reload(
            [mailbox = reloads.mailbox(), ticket](const ReloadOutcome& outcome) { mailbox->deliver(ticket, outcome); });
    };
    const auto deadline = core::SteadyTime::clock::now() + patience;
    const auto outcome = co_await reloads.wait(deadline, start);
    if (outcome) co_return write_outcome(exchange.response, *outcome);
    exchange.response.add_field("Retry-After", "1");
    write_problem(exchange.response, 503, "reload_timeout", "The settings are still being read. The log will tell.");
}

}  // namespace sessgate::http::endpoints
