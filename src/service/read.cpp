#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>

#include "sessgate/service/session_service.hpp"

namespace sessgate::service {
namespace {

bool is_time_out(const SessionRead& read) noexcept {
    return !read.found && read.found.error() == core::Errc::store_timeout;
}

}  // namespace

/// One for each session, this call's own or one that it joins, all under way when this returns.
std::vector<std::shared_ptr<SessionFlight>> SessionService::start_reads(const std::vector<Tokens>& sessions) {
    std::vector<std::shared_ptr<SessionFlight>> flights;
    for (const Tokens& tokens : sessions) {
        const core::SessionId id = tokens.front().id;
        SessionFlights::Boarded boarded = commons_.flights.board(id, 0);
        if (boarded.leads) {
            SessionFlights::Lead lead(commons_.flights, id, boarded.flight);
            boost::asio::co_spawn(executor_, lead_read(id, std::move(lead)), boost::asio::detached);
        }
        flights.push_back(std::move(boarded.flight));
    }
    return flights;
}

/// A read that began with a number over `after`: this call's own, or one that it joins. Never null.
ports::Task<SessionFlight::Result> SessionService::read(core::SessionId id, std::uint64_t after, Patience& patience) {
    for (;;) {
        const SessionFlights::Boarded boarded = commons_.flights.board(id, after);
        metrics_.session_reads.add(boarded.leads ? ports::ReadRole::led : ports::ReadRole::joined);
        if (boarded.leads) {
            SessionFlights::Lead lead(commons_.flights, id, boarded.flight);
            if (patience.is_untouched()) co_return co_await lead_read(id, std::move(lead));
            // Beside this call, which goes when its own time is up.
            boost::asio::co_spawn(executor_, lead_read(id, std::move(lead)), boost::asio::detached);
        }
        auto read = co_await boarded.flight->wait(waits_, patience.read_by());
        patience.has_waited();
        if (read && !is_time_out(*read)) co_return read;
        if (patience.is_over()) break;
    }
    const SessionRead late{0, std::nullopt, core::Errc::store_timeout};
    co_return std::make_shared<const SessionRead>(late);
}

ports::Task<SessionFlight::Result> SessionService::lead_read(core::SessionId id, SessionFlights::Lead lead) {
    const auto version = store_.version_of(id);  // before the read: a write in between makes it an old one
    const StoreQueue::Place place(queue_);
    core::Result<std::optional<core::SessionRecord>> found = core::Errc::store_busy;
    if (place.is_taken()) found = co_await store_.find(id);
    co_return landed(lead, version, ports::shared(std::move(found)));
}

/// What was read, told to all who wait for it.
SessionFlight::Result SessionService::landed(SessionFlights::Lead& lead, std::optional<std::uint64_t> version,
                                             core::Result<core::SharedSession> found) {
    if (found) {
        log_.succeeded();
    } else {
        log_.failed("find", found.error());
    }
    SessionRead what{lead.flight().number, version, std::move(found)};
    auto read = std::make_shared<const SessionRead>(std::move(what));
    lead.land(read);
    return read;
}

}  // namespace sessgate::service
