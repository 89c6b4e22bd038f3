#include "http/connection.hpp"

#include "http/dispatch.hpp"
#include "http/peer.hpp"
#include "http/problem.hpp"
#include "http/refused_caller.hpp"
#include "http/shared.hpp"

// How a connection comes by the answer to a request: from memory, after a read, or in a coroutine.

namespace sessgate::http {

/// Of the request that was just taken off the input.
Exchange Connection::begin_exchange() {
    workspace_->peer_is_trusted = peer_is_trusted_;
    return exchange_with(*shared_.endpoint_context);
}

Exchange Connection::exchange_with(EndpointContext& context) {
    workspace_->response.reset();
    return {workspace_->request, workspace_->lone_cookie,     workspace_->response, context,
            workspace_->begun,   workspace_->peer_is_trusted, peer_has_certificate_};
}

/// Most requests are answered from memory: without a coroutine, whose frame would cost as much as the answer.
bool Connection::answer_at_once() {
    Exchange exchange = begin_exchange();
    const HttpConfig& config = shared_.config();
    if (config.rate_max > 0 && is_too_fast(config)) {
        write_too_fast(exchange);
    } else {
        if (!dispatch_at_once(exchange, port_)) return false;
    }
    write_answer(exchange.begun);
    return true;
}

/// Where memory does not know the answer: most often one read finds it, and no coroutine is needed. The request keeps
/// the settings that it began with.
void Connection::answer_later() {
    workspace_->context = shared_.endpoint_context;
    Exchange exchange = exchange_with(*workspace_->context);
    if (!begin_read(exchange, port_, this)) spawn(work_slowly(First::answer));
}

void Connection::has_read(service::ReadAhead ahead) {
    guarded([&] {
        Exchange exchange = exchange_with(*workspace_->context);
        exchange.ahead = &workspace_->ahead.emplace(std::move(ahead));
        if (!dispatch_at_once(exchange, port_)) return spawn(work_slowly(First::answer));
        workspace_->ahead.reset();
        workspace_->context.reset();
        const core::WallTime now = shared_.clock.wall();
        write_answer(now);
        if (workspace_->output.size() >= output_in_a_turn) return pause();
        work(now);
    });
}

ports::Task<void> Connection::answer() {
    const boost::intrusive_ptr<EndpointContext> context = std::move(workspace_->context);
    Exchange exchange = exchange_with(*context);
    exchange.ahead = workspace_->ahead ? &*workspace_->ahead : nullptr;
    co_await dispatch(exchange, port_);
    workspace_->ahead.reset();
    write_answer(shared_.clock.wall());
}

/// `rate_max` is not 0. The control port's callers are few and known, and a unix socket's have no address. Who has
/// reset the connection has none any more either, and reads no answer.
bool Connection::is_too_fast(const HttpConfig& config) {
    if (port_ == Port::control) return false;
    const core::SteadyTime now = shared_.clock.steady();
    if (!rate_) {
        const auto address = address_of(socket_.socket());
        if (!address) return !is_unix(socket_.socket());
        rate_ = shared_.state.peer_rates.of(*address, now);
    }
    return !rate_->take(now, config.rate_max);
}

/// Answers a message that cannot be read. What follows it has no safe meaning, so the connection closes.
void Connection::refuse(int status, std::string_view why) {
    closing_ = true;
    Response& response = workspace_->response;
    response.reset();
    write_refusal(response, status, why);
    append_response(workspace_->output, response, {.start = shared_.answer_start, .now = shared_.clock.wall()});
    shared_.answers.note(nullptr, response, read_at_);
}

void Connection::write_answer(core::WallTime now) {
    const Request& request = workspace_->request;
    if (!request.keep_alive || shared_.state.is_draining) closing_ = true;
    const Delivery delivery{
        .start = shared_.answer_start,
        .now = now,
        .keeps_alive = !closing_,
        .to_http_10 = request.version == 10,
        .without_body = request.verb == boost::beast::http::verb::head,
    };
    append_response(workspace_->output, workspace_->response, delivery);
    shared_.answers.note(&request, workspace_->response, read_at_);
}

}  // namespace sessgate::http
