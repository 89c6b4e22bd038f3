#pragma once

#include <boost/intrusive/list.hpp>

#include "http/answers_given.hpp"
#include "http/arrivals.hpp"
#include "http/connection.hpp"
#include "http/deadlines.hpp"
#include "http/exchange.hpp"
#include "http/message_reader.hpp"
#include "http/turn_clock.hpp"
#include "http/turns.hpp"
#include "http/workspace.hpp"
#include "sessgate/http/server.hpp"

namespace sessgate::http {

/// What the connections of one shard share.
struct Server::Shared {
    explicit Shared(const Parts& parts);

    const HttpConfig& config() const noexcept { return endpoint_context->config; }

    const ports::Clock& clock;
    ports::Log& log;
    boost::asio::io_context& context;
    ReaderConfig reader_config;
    KnownLines known_lines;
    ServerState& state;
    boost::intrusive_ptr<EndpointContext> endpoint_context;
    ports::Metrics& metrics;
    TurnClock turn;
    AnswersGiven answers;
    WorkspacePool workspaces;
    AnswerStart answer_start;
    Deadlines deadlines;
    std::shared_ptr<Turns> turns;
    Arrivals arrivals;
    std::atomic<std::size_t> connection_count = 0;  ///< also those that another thread has just given to this one
    boost::intrusive::list<Connection, boost::intrusive::base_hook<ConnectionHook>,
                           boost::intrusive::constant_time_size<false>>
        connections;
    std::function<void()> when_empty = [] {};
};

}  // namespace sessgate::http
