#include "http/connection.hpp"

#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "http/endpoint.hpp"
#include "http/peer.hpp"
#include "http/problem.hpp"
#include "http/shared.hpp"

namespace sessgate::http {

namespace asio = boost::asio;
using boost::system::error_code;

namespace {

constexpr asio::use_awaitable_t<ports::Executor> use_task{};

/// Answers of pipelined requests leave together, but no more than this waits for a client that does not read.
constexpr std::size_t output_max = 64 * 1024;

/// Room for one read behind an unfinished message.
constexpr std::size_t input_step = 4 * 1024;

}  // namespace

Connection::Connection(Socket socket, Port port, Server::Shared& shared)
    : socket_(std::move(socket)), shared_(shared), reader_(shared.reader_config), port_(port) {
    error_code ignored;
    socket_.non_blocking(true, ignored);
    peer_is_trusted_ = is_trusted(socket_, shared.config.trusted_proxies);
    shared_.connections.push_back(*this);
    ++shared_.connection_count;
}

Connection::~Connection() {
    Deadlines::stop(*this);
    ConnectionHook::unlink();
    if (--shared_.connection_count == 0) shared_.when_empty();
}

ports::Task<void> Connection::run() {
    while (!closing_) {
        const bool filled = co_await fill();
        if (!filled) break;
        co_await answer_all();
        const bool sent = co_await flush();
        if (!sent) co_return;
        // The others that are ready come first; by then this client's next request has often arrived, and the wait for
        // it, which costs two system calls, is not needed.
        if (!closing_) co_await asio::post(socket_.get_executor(), use_task);
    }
    co_await linger();
}

ports::Task<void> Connection::turn_away() {
    take_workspace();
    closing_ = true;
    Response& response = workspace_->response;
    response.reset();
    response.add_field("Retry-After", "1");
    write_problem(response, 503, "too_many_connections", "This sidecar serves as many connections as it may.");
    append_response(workspace_->output, response, {shared_.date.at(shared_.clock.wall()), {}});
    const bool sent = co_await flush();
    if (sent) co_await linger();
}

void Connection::finish() {
    closing_ = true;
    if (waiting_) socket_.cancel();
}

/// Reads until there is something new. False: nothing will come, or it took too long, and the connection is to close.
ports::Task<bool> Connection::fill() {
    for (;;) {
        if (receive() == Filled::some) co_return true;
        if (peer_closed_) co_return false;
        const bool readable = co_await wait_for_bytes();
        if (readable) continue;
        if (timed_out_ && waiting_for_ != Wait::idle) {
            take_workspace();
            refuse(408, "The rest of the request did not come in time.");
            co_await flush();
        }
        co_return false;
    }
}

Connection::Filled Connection::receive() {
    take_workspace();
    std::vector<char>& input = workspace_->input;
    if (input.size() - size_ < input_step) input.resize(size_ + 4 * input_step);
    error_code error;
    const std::size_t count = socket_.read_some(asio::buffer(input.data() + size_, input.size() - size_), error);
    size_ += count;
    if (!error) return Filled::some;
    peer_closed_ = error != asio::error::would_block && error != asio::error::try_again;
    return Filled::nothing;
}

ports::Task<bool> Connection::wait_for_bytes() {
    if (size_ == 0) wait(Wait::idle);
    put_workspace_away();
    error_code error;
    waiting_ = true;
    co_await socket_.async_wait(Socket::wait_read, asio::redirect_error(use_task, error));
    waiting_ = false;
    if (waiting_for_ == Wait::idle) Deadlines::stop(*this);
    co_return !error && !timed_out_ && !closing_;
}

void Connection::take_workspace() {
    if (workspace_) return;
    workspace_ = shared_.workspaces.take();
    workspace_->output.clear();
    if (kept_.empty()) return;
    if (workspace_->input.size() < kept_.size() + input_step) workspace_->input.resize(kept_.size() + input_step);
    std::copy(kept_.begin(), kept_.end(), workspace_->input.begin());
    kept_ = {};
}

void Connection::put_workspace_away() {
    if (!workspace_) return;
    kept_.assign(workspace_->input.data(), size_);
    shared_.workspaces.give_back(std::move(workspace_));
}

/// Answers every whole message in the input, in order, and keeps what is left at the front.
ports::Task<void> Connection::answer_all() {
    std::size_t at = 0;
    while (at < size_ && !closing_) {
        const std::span<char> bytes(workspace_->input.data() + at, size_ - at);
        const Reading reading = reader_.read(bytes, workspace_->request);
        if (reading.state == Reading::State::refused) {
            refuse(reading.status, reading.why);
            co_return;
        }
        if (reading.state != Reading::State::complete) {
            std::copy_n(bytes.begin(), reading.used, workspace_->input.begin());
            size_ = reading.used;
            if (reading.continue_due) workspace_->output += "HTTP/1.1 100 Continue\r\n\r\n";
            if (size_ > 0) wait(reading.state == Reading::State::need_body ? Wait::body : Wait::head);
            co_return;
        }
        Deadlines::stop(*this);
        waiting_for_ = Wait::idle;
        co_await answer(workspace_->request);
        at += reading.used;
        if (workspace_->output.size() < output_max) continue;
        const bool sent = co_await flush();
        if (!sent) closing_ = true;
    }
    size_ = 0;
}

ports::Task<void> Connection::answer(const Request& request) {
    workspace_->response.reset();
    Exchange exchange{request, workspace_->response, shared_.endpoint_context, peer_is_trusted_, {}};
    co_await call_endpoint(exchange);
    write_answer(request, request.keep_alive && !shared_.draining);
}

ports::Task<void> Connection::call_endpoint(Exchange& exchange) {
    const Request& request = exchange.request;
    if (request.verb == Verb::unknown) {
        co_return write_problem(exchange.response, 501, "method_unknown", "This method is not known here.");
    }
    if (request.target == "*") {
        exchange.response.status = 204;
        co_return;
    }
    const Found found = find_endpoint(endpoints_of(port_), request.verb, request.path);
    if (found.endpoint && !may_call(request, found.endpoint->needs_token)) {
        exchange.response.add_field("WWW-Authenticate", "Bearer");
        co_return write_problem(exchange.response, 401, "token_required",
                                "Send one of control.token_file's tokens as Authorization: Bearer.");
    }
    if (found.endpoint) {
        exchange.parameter = found.parameter;
        co_await found.endpoint->handler(exchange);
    } else if (found.allowed.empty()) {
        write_problem(exchange.response, 404, "not_found", "This path is not known on this port.");
    } else {
        exchange.response.add_field("Allow", found.allowed);
        write_problem(exchange.response, 405, "method_not_allowed", "This path does not have this method.");
    }
}

bool Connection::may_call(const Request& request, bool needs_token) const {
    if (port_ == Port::data || !needs_token || shared_.config.control_token_hashes.empty()) return true;
    return is_control_token(request, shared_.config);
}

/// Answers a message that cannot be read. What follows it has no safe meaning, so the connection closes.
void Connection::refuse(int status, std::string_view why) {
    closing_ = true;
    Response& response = workspace_->response;
    response.reset();
    write_refusal(response, status, why);
    append_response(workspace_->output, response, {shared_.date.at(shared_.clock.wall()), {}});
}

void Connection::write_answer(const Request& request, bool keep_alive) {
    if (!keep_alive) closing_ = true;
    const Delivery delivery{
        .date = shared_.date.at(shared_.clock.wall()),
        .keep_alive = closing_ ? std::string_view{} : shared_.keep_alive,
        .to_http_10 = request.version == 10,
        .without_body = request.verb == Verb::head,
    };
    append_response(workspace_->output, workspace_->response, delivery);
}

/// Sends what was appended. False: the client is gone, or does not read.
ports::Task<bool> Connection::flush() {
    std::string& output = workspace_->output;
    std::size_t sent = 0;
    while (sent < output.size()) {
        error_code error;
        sent += socket_.write_some(asio::buffer(output.data() + sent, output.size() - sent), error);
        if (!error) continue;
        if (error != asio::error::would_block && error != asio::error::try_again) co_return false;
        if (waiting_for_ != Wait::write) wait(Wait::write);
        co_await socket_.async_wait(Socket::wait_write, asio::redirect_error(use_task, error));
        if (error || timed_out_) co_return false;
    }
    output.clear();
    if (waiting_for_ == Wait::write) {
        Deadlines::stop(*this);
        waiting_for_ = Wait::idle;
    }
    co_return true;
}

/// Closes so that the last answer arrives: a close with unread bytes would reset it (RFC 9112, 9.6).
ports::Task<void> Connection::linger() {
    if (peer_closed_) co_return;
    error_code error;
    socket_.shutdown(Socket::shutdown_send, error);
    take_workspace();
    timed_out_ = false;
    wait(Wait::linger);
    for (;;) {
        socket_.read_some(asio::buffer(workspace_->input), error);
        if (!error) continue;
        if (error != asio::error::would_block && error != asio::error::try_again) co_return;
        co_await socket_.async_wait(Socket::wait_read, asio::redirect_error(use_task, error));
        if (error || timed_out_) co_return;
    }
}

/// Starts the deadline of `kind`, unless it is running: bytes that trickle in do not move it.
void Connection::wait(Wait kind) {
    if (DeadlineHook::is_linked() && waiting_for_ == kind) return;
    waiting_for_ = kind;
    shared_.deadlines.start(*this, kind);
}

void Connection::expired() {
    timed_out_ = true;
    socket_.cancel();
}

}  // namespace sessgate::http
