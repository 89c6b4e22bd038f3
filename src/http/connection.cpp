#include "http/connection.hpp"

#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "http/dispatch.hpp"
#include "http/peer.hpp"
#include "http/problem.hpp"
#include "http/refused_caller.hpp"
#include "http/shared.hpp"

namespace sessgate::http {

namespace asio = boost::asio;
using boost::system::error_code;

namespace {

constexpr asio::use_awaitable_t<ports::Executor> use_task{};

/// Answers of pipelined requests leave together, but no more than this waits for a client that does not read.
constexpr std::size_t output_max = std::size_t{64} * 1024;

/// Room for one read behind an unfinished message.
constexpr std::size_t input_step = std::size_t{4} * 1024;

}  // namespace

Connection::Connection(Socket socket, Port port, Server::Shared& shared)
    : socket_(std::move(socket), shared.config().tls_of(port)),
      shared_(shared),
      reader_(shared.reader_config),
      port_(port) {
    judge_peer();
    shared_.connections.push_back(*this);
}

Connection::~Connection() {
    Deadlines::stop(*this);
    ConnectionHook::unlink();
}

ports::Task<void> Connection::run() {
    if (socket_.is_tls()) co_await shake_hands(Wait::head);
    while (!closing_) {
        const bool filled = co_await fill();
        if (!filled) break;
        co_await answer_all();
        co_await flush();
        // The others that are ready come first; by then this client's next request has often arrived, and the wait for
        // it, which costs two system calls, is not needed.
        if (!closing_) co_await asio::post(socket_.get_executor(), use_task);
    }
    co_await linger();
}

ports::Task<void> Connection::turn_away() {
    if (socket_.is_tls()) co_await shake_hands(Wait::linger);
    take_workspace();
    closing_ = true;
    Response& response = workspace_->response;
    response.reset();
    response.add_field("Retry-After", "1");
    write_problem(response, 503, "too_many_connections", "This sidecar serves as many connections as it may.");
    append_response(workspace_->output, response, {shared_.date.at(shared_.clock.wall()), {}});
    co_await flush();
    co_await linger();
}

void Connection::finish() {
    closing_ = true;
    if (waiting_) socket_.cancel();
}

void Connection::judge_peer() {
    peer_is_trusted_ = is_trusted(socket_.socket(), shared_.config().trusted_proxies);
}

/// TLS before the first request, in the time that `kind` may take.
ports::Task<void> Connection::shake_hands(Wait kind) {
    wait(kind);
    error_code error = socket_.shake_hands();
    while (would_block(error)) {
        waiting_ = true;
        co_await socket_.async_wait(Socket::wait_read, asio::redirect_error(use_task, error));
        waiting_ = false;
        if (!error) error = socket_.shake_hands();
    }
    if (error) closing_ = true;
    peer_has_certificate_ = !error && socket_.has_client_certificate();
    stop_waiting();
}

/// Reads until there is something new. False: nothing will come, or it took too long, and the connection is to close.
ports::Task<bool> Connection::fill() {
    while (!timed_out_ && receive() == Filled::nothing) {
        if (peer_closed_) co_return false;
        co_await wait_for_bytes();
        if (closing_) co_return false;
    }
    if (!timed_out_) co_return true;
    if (waiting_for_ != Wait::idle) {
        take_workspace();
        refuse(408, "The rest of the request did not come in time.");
        co_await flush();
    }
    co_return false;
}

Connection::Filled Connection::receive() {
    take_workspace();
    std::vector<char>& input = workspace_->input;
    if (input.size() - size_ < input_step) input.resize(size_ + 4 * input_step);
    error_code error;
    const std::size_t count = socket_.read_some(asio::buffer(input.data() + size_, input.size() - size_), error);
    size_ += count;
    if (!error) return Filled::some;
    peer_closed_ = !would_block(error);
    return Filled::nothing;
}

ports::Task<void> Connection::wait_for_bytes() {
    // Again, since a write in between has had the deadline.
    wait(wanting_);
    put_workspace_away();
    error_code error;
    waiting_ = true;
    co_await socket_.async_wait(Socket::wait_read, asio::redirect_error(use_task, error));
    waiting_ = false;
    if (!error && wanting_ == Wait::idle) stop_waiting();
}

void Connection::take_workspace() {
    if (workspace_) return;
    workspace_ = shared_.workspaces.take();
    workspace_->output.clear();
    if (kept_.empty()) return;
    // Moved out and not only emptied: a string that was assigned an empty one keeps its room.
    const std::string kept = std::move(kept_);
    kept_.clear();
    if (workspace_->input.size() < kept.size() + input_step) workspace_->input.resize(kept.size() + input_step);
    std::copy(kept.begin(), kept.end(), workspace_->input.begin());
}

/// A message that outgrew the ordinary room keeps its workspace: to copy all of it for each new piece would cost more.
void Connection::put_workspace_away() {
    if (!workspace_ || size_ > WorkspacePool::input_size) return;
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
            wanting_ = reading.state == Reading::State::need_body ? Wait::body : Wait::head;
            wait(wanting_);
            co_return;
        }
        wanting_ = Wait::idle;
        stop_waiting();
        co_await answer(workspace_->request);
        at += reading.used;
        if (workspace_->output.size() >= output_max) co_await flush();
    }
    size_ = 0;
}

ports::Task<void> Connection::answer(const Request& request) {
    workspace_->response.reset();
    const boost::intrusive_ptr<EndpointContext> context = shared_.endpoint_context;
    Exchange exchange{request, workspace_->response, *context, peer_is_trusted_, peer_has_certificate_};
    if (context->config.rate_max > 0 && is_too_fast(context->config)) {
        write_too_fast(exchange);
    } else {
        co_await dispatch(exchange, port_);
    }
    write_answer(request, request.keep_alive && !shared_.state.is_draining);
}

/// `rate_max` is not 0. The control port's callers are few and known, and a unix socket's have no address.
bool Connection::is_too_fast(const HttpConfig& config) {
    if (port_ == Port::control) return false;
    const core::SteadyTime now = shared_.clock.steady();
    if (!rate_) {
        const auto address = address_of(socket_.socket());
        if (!address) return false;
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
    append_response(workspace_->output, response, {shared_.date.at(shared_.clock.wall()), {}});
}

void Connection::write_answer(const Request& request, bool keep_alive) {
    if (!keep_alive) closing_ = true;
    const Delivery delivery{
        .date = shared_.date.at(shared_.clock.wall()),
        .keep_alive = closing_ ? std::string_view{} : shared_.keep_alive,
        .to_http_10 = request.version == 10,
        .without_body = request.verb == boost::beast::http::verb::head,
    };
    append_response(workspace_->output, workspace_->response, delivery);
}

/// Sends what was appended. A client that is gone, or does not read in time, gets nothing more.
ports::Task<void> Connection::flush() {
    std::string_view unsent = workspace_->output;
    error_code error;
    while (!unsent.empty() && !error) {
        unsent.remove_prefix(socket_.write_some(asio::buffer(unsent), error));
        if (!would_block(error)) continue;
        wait(Wait::write);
        co_await socket_.async_wait(Socket::wait_write, asio::redirect_error(use_task, error));
        if (timed_out_) error = asio::error::timed_out;
    }
    if (error) closing_ = peer_closed_ = true;
    workspace_->output.clear();
    if (waiting_for_ == Wait::write) stop_waiting();
}

/// Closes so that the last answer arrives: a close with unread bytes would reset it (RFC 9112, 9.6). Waits before each
/// read, though bytes may be there: the deadline and the other connections get their turn while a client goes on.
ports::Task<void> Connection::linger() {
    if (peer_closed_) co_return;
    error_code error;
    socket_.end_sending(error);
    take_workspace();
    wait(Wait::linger);
    while (!timed_out_ && (!error || would_block(error))) {
        co_await socket_.async_wait(Socket::wait_read, asio::redirect_error(use_task, error));
        if (!error) socket_.read_some(asio::buffer(workspace_->input), error);
    }
}

/// Starts the deadline of `kind`, unless it is running or has just passed: bytes that trickle in do not move it.
void Connection::wait(Wait kind) {
    if (waiting_for_ == kind && (DeadlineHook::is_linked() || timed_out_)) return;
    waiting_for_ = kind;
    timed_out_ = false;
    shared_.deadlines.start(*this, kind);
}

void Connection::stop_waiting() {
    Deadlines::stop(*this);
    waiting_for_ = Wait::idle;
    timed_out_ = false;
}

void Connection::expired() {
    timed_out_ = true;
    socket_.cancel();
}

}  // namespace sessgate::http
