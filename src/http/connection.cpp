#include "http/connection.hpp"

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "http/dispatch.hpp"
#include "http/peer.hpp"
#include "http/problem.hpp"
#include "http/shared.hpp"

namespace sessgate::http {

namespace asio = boost::asio;
using boost::system::error_code;

namespace {

constexpr asio::use_awaitable_t<ports::Executor> use_task{};

/// Answers of pipelined requests leave together, but no more than this waits for a client that does not read.
constexpr std::size_t output_max = std::size_t{64} * 1024;

/// So many requests are waited for at once after one look that found nothing.
constexpr std::uint8_t waits_after_vain_look = 16;

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
    if (socket_.is_tls()) co_await shake_hands();
    while (!closing_) {
        const bool is_there = looks_first() && receive() == Filled::some;
        if (!is_there) {
            const bool filled = co_await fill();
            if (!filled) break;
        }
        while (next_request()) {
            const bool answered = answer_at_once();
            if (!answered) co_await answer();
            if (workspace_->output.size() >= output_max) co_await flush();
        }
        if (!send()) co_await flush();
        // The others that are ready come first; by then this client's next request may have arrived, and there is no
        // need to wait for it.
        if (!closing_ && looks_first()) co_await shared_.turns->next();
    }
    co_await linger();
}

/// Whether to look for the next request before waiting for it. Where the last look was in vain, the client sends more
/// slowly than it is answered, and is waited for at once a few times: a look costs a system call.
bool Connection::looks_first() const noexcept {
    return !timed_out_ && waits_at_once_ == 0;
}

ports::Task<void> Connection::turn_away() {
    if (socket_.is_tls()) co_await shake_hands();
    take_workspace();
    closing_ = true;
    Response& response = workspace_->response;
    response.reset();
    response.add_field("Retry-After", "1");
    write_problem(response, 503, "too_many_connections", "This sidecar serves as many connections as it may.");
    append_response(workspace_->output, response, {.start = shared_.answer_start, .now = shared_.clock.wall()});
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

/// TLS before the first request, in the time that a head may take.
ports::Task<void> Connection::shake_hands() {
    wait(Wait::head);
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

/// Waits until there is something new, and reads it. False: nothing will come, or it took too long, and the connection is
/// to close.
ports::Task<bool> Connection::fill() {
    waits_at_once_ = waits_at_once_ == 0 ? waits_after_vain_look : static_cast<std::uint8_t>(waits_at_once_ - 1);
    while (!timed_out_ && !peer_closed_) {
        const Arrived arrived = co_await wait_for_bytes();
        if (closing_) co_return false;
        if (timed_out_ || arrived == Arrived::nothing) continue;
        if (arrived == Arrived::all || receive() == Filled::some || size_ > 0) co_return true;
    }
    if (timed_out_ && waiting_for_ != Wait::idle) {
        take_workspace();
        refuse(408, "The rest of the request did not come in time.");
        co_await flush();
    }
    co_return false;
}

Connection::Filled Connection::receive() {
    take_workspace();
    make_room();
    std::vector<char>& input = workspace_->input;
    error_code error;
    const std::size_t count = socket_.read_some(asio::buffer(input.data() + size_, input.size() - size_), error);
    size_ += count;
    if (!error) return Filled::some;
    peer_closed_ = !would_block(error);
    return Filled::nothing;
}

void Connection::make_room() {
    std::vector<char>& input = workspace_->input;
    if (input.size() - size_ < input_step) input.resize(size_ + 4 * input_step);
}

/// On a plain socket the first bytes come with the news that they are there, which saves a system call.
ports::Task<Connection::Arrived> Connection::wait_for_bytes() {
    // Again, since a write in between has had the deadline.
    wait(wanting_);
    put_workspace_away();
    error_code error;
    std::size_t count = 0;
    waiting_ = true;
    if (socket_.is_tls()) {
        co_await socket_.async_wait(Socket::wait_read, asio::redirect_error(use_task, error));
    } else {
        const asio::mutable_buffer room = asio::buffer(first_bytes_);
        count = co_await socket_.async_read_some(room, asio::redirect_error(use_task, error));
    }
    waiting_ = false;
    if (!error && wanting_ == Wait::idle) stop_waiting();
    if (error) {
        peer_closed_ = error != asio::error::operation_aborted;
        co_return Arrived::nothing;
    }
    take_in(count);
    co_return socket_.is_tls() || count == first_bytes_.size() ? Arrived::perhaps_more : Arrived::all;
}

/// Puts so many of the first bytes behind what the workspace has.
void Connection::take_in(std::size_t count) {
    take_workspace();
    make_room();
    std::copy_n(first_bytes_.begin(), count, workspace_->input.begin() + static_cast<std::ptrdiff_t>(size_));
    size_ += count;
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

/// Takes the next whole message off the input. False: there is none, or no more is read; what is left of one stands at
/// the input's front.
bool Connection::next_request() {
    if (at_ == size_ || closing_) {
        at_ = size_ = 0;
        return false;
    }
    const std::span<char> bytes(workspace_->input.data() + at_, size_ - at_);
    const Reading reading = reader_.read(bytes, workspace_->request);
    if (reading.state == Reading::State::complete) {
        at_ += reading.used;
        wanting_ = Wait::idle;
        stop_waiting();
        return true;
    }
    if (reading.state == Reading::State::refused) {
        refuse(reading.status, reading.why);
    } else {
        keep_unfinished(bytes, reading);
    }
    return false;
}

void Connection::keep_unfinished(std::span<const char> bytes, const Reading& reading) {
    std::copy_n(bytes.begin(), reading.used, workspace_->input.begin());
    size_ = reading.used;
    at_ = 0;
    if (reading.continue_due) workspace_->output += "HTTP/1.1 100 Continue\r\n\r\n";
    wanting_ = reading.state == Reading::State::need_body ? Wait::body : Wait::head;
    wait(wanting_);
}

Exchange Connection::begin_exchange(EndpointContext& context) {
    workspace_->response.reset();
    return {workspace_->request,  workspace_->response, context, shared_.clock.wall(),
            peer_is_trusted_, peer_has_certificate_};
}

/// Most requests are answered from memory: without a coroutine, whose frame would cost as much as the answer.
bool Connection::answer_at_once() {
    Exchange exchange = begin_exchange(*shared_.endpoint_context);
    if (!dispatch_at_once(exchange, port_)) return false;
    write_answer(exchange.begun);
    return true;
}

ports::Task<void> Connection::answer() {
    const boost::intrusive_ptr<EndpointContext> context = shared_.endpoint_context;
    Exchange exchange = begin_exchange(*context);
    co_await dispatch(exchange, port_);
    write_answer(shared_.clock.wall());
}

/// Answers a message that cannot be read. What follows it has no safe meaning, so the connection closes.
void Connection::refuse(int status, std::string_view why) {
    closing_ = true;
    Response& response = workspace_->response;
    response.reset();
    write_refusal(response, status, why);
    append_response(workspace_->output, response, {.start = shared_.answer_start, .now = shared_.clock.wall()});
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
}

/// Sends what was appended, as far as the client takes it at once. False: something is left.
bool Connection::send() {
    std::string& output = workspace_->output;
    error_code error;
    std::size_t sent = 0;
    while (sent != output.size() && !error) {
        sent += socket_.write_some(asio::buffer(output.data() + sent, output.size() - sent), error);
    }
    if (would_block(error)) {
        output.erase(0, sent);
        return false;
    }
    if (error) closing_ = peer_closed_ = true;
    output.clear();
    return true;
}

/// Sends all that was appended. A client that is gone, or does not read in time, gets nothing more.
ports::Task<void> Connection::flush() {
    while (!send()) {
        wait(Wait::write);
        error_code error;
        co_await socket_.async_wait(Socket::wait_write, asio::redirect_error(use_task, error));
        if (!timed_out_ && !error) continue;
        closing_ = peer_closed_ = true;
        workspace_->output.clear();
    }
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
