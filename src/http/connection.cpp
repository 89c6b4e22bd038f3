#include "http/connection.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <utility>

#include "http/credentials.hpp"
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

/// So many answers in one go: then the other connections have their turn.
constexpr int answers_in_a_turn = 32;

ports::PortLabel label_of(Port port) noexcept {
    return port == Port::data ? ports::PortLabel::data : ports::PortLabel::control;
}

}  // namespace

Connection::Connection(Socket socket, Port port, Served served)
    : served_(std::move(served)),
      shared_(served_.shared()),
      place_(port, shared_),
      socket_(std::move(socket), shared_.config().tls_of(port)),
      reader_(shared_.reader_config, &shared_.known_lines),
      port_(port) {
    judge_peer();
    shared_.connections.push_back(*this);
    shared_.metrics.connections.up(label_of(port_));
}

Connection::~Connection() {
    Deadlines::stop(*this);
    shared_.arrivals.remove(socket_.socket());
    ConnectionHook::unlink();
    shared_.metrics.connections.down(label_of(port_));
}

void Connection::start() noexcept {
    guarded([this] {
        shared_.arrivals.add(socket_.socket(), *this);
        if (!place_.is_there()) shared_.metrics.turned_away.add();
        if (place_.is_told()) return spawn(turn_away());
        if (!place_.is_there()) return;
        if (socket_.is_tls()) return spawn(begin_tls());
        look();
        serve(shared_.clock.wall());
    });
}

void Connection::spawn(ports::Task<void> task) {
    auto ended = [self = Pointer(this)](const std::exception_ptr& error) {
        if (error) self->guarded([&] { std::rethrow_exception(error); });
    };
    asio::co_spawn(shared_.context.get_executor(), std::move(task), std::move(ended));
}

/// It is over then: nothing holds the connection any more, once it has had its turn.
void Connection::failed(const std::exception& exception) noexcept {
    closing_ = peer_closed_ = true;
    has_news_ = has_paused_ = has_request_ = false;
    shared_.log.write(ports::Level::error, "connection_failed", {{"error", std::string_view(exception.what())}});
}

/// Answers what is there, as far as nobody has to be waited for. All of it is answered as of `now`, when it was there
/// already.
void Connection::work(core::WallTime now) {
    workspace_->begun = now;
    int left = answers_in_a_turn;
    while (take_request()) {
        if (!answer_at_once()) return answer_later();
        if (--left == 0 || workspace_->output.size() >= output_in_a_turn) return pause();
    }
    if (!send()) return spawn(work_slowly(First::flush));
    go_on();
}

/// Goes on with what is there when it is its turn again.
void Connection::pause() {
    if (!send()) return spawn(work_slowly(First::flush));
    has_paused_ = true;
    shared_.turns->add(this);
}

/// The same from a request whose answer is not in memory, or a client that does not read as fast as it is answered.
ports::Task<void> Connection::work_slowly(First first) {
    int left = answers_in_a_turn;
    if (first == First::answer) {
        co_await answer();
    } else {
        co_await flush();
    }
    while (take_request()) {
        workspace_->begun = shared_.clock.wall();
        const bool answered = answer_at_once();
        if (!answered) {
            workspace_->context = shared_.endpoint_context;
            co_await answer();
        }
        if (workspace_->output.size() >= output_max) co_await flush();
        if (--left > 0) continue;
        co_await flush();
        has_paused_ = true;
        co_return shared_.turns->add(this);
    }
    co_await flush();
    go_on();
}

/// When everything is answered. The others that are ready come first; by their end this client's next request may have
/// arrived, and there is no need to wait for it.
void Connection::go_on() {
    if (closing_) return end();
    if (!timed_out_ && may_have_more()) return shared_.turns->add(this);
    await_bytes();
}

void Connection::end() {
    if (!peer_closed_) spawn(linger());
}

void Connection::finish() {
    closing_ = true;
    wake();
}

void Connection::judge_peer() {
    peer_is_trusted_ = is_trusted(socket_.socket(), shared_.config().trusted_proxies);
}

ports::Task<void> Connection::turn_away() {
    if (socket_.is_tls()) co_await shake_hands(Wait::linger);
    if (closing_) {
        peer_closed_ = true;  // nothing can be said to it
        co_return;
    }
    take_workspace();
    closing_ = true;
    Response& response = workspace_->response;
    response.reset();
    response.add_field("Retry-After", "1");
    write_problem(response, 503, "too_many_connections", "This sidecar serves as many connections as it may.");
    append_response(workspace_->output, response, {.start = shared_.answer_start, .now = shared_.clock.wall()});
    co_await flush();
    go_on();
}

ports::Task<void> Connection::begin_tls() {
    co_await shake_hands(Wait::head);
    go_on();
}

/// TLS before the first request, in the time that `kind` may take.
ports::Task<void> Connection::shake_hands(Wait kind) {
    wait(kind);
    error_code error = socket_.shake_hands();
    while (would_block(error) && !closing_ && !timed_out_) {
        co_await ready_for(socket_.awaited(Direction::read));
        error = socket_.shake_hands();
    }
    if (error) closing_ = true;
    peer_has_certificate_ = !error && socket_.has_client_certificate();
    stop_waiting();
}

/// The next request to be answered: the one that a look has found already, or one from the input.
bool Connection::take_request() {
    return std::exchange(has_request_, false) || next_request();
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
        workspace_->lone_cookie = lone_cookie_of(workspace_->request, shared_.config().cookies);
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
        if (timed_out_ && waiting_for_ == Wait::write) {
            closing_ = peer_closed_ = true;
            workspace_->output.clear();
            break;
        }
        wait(Wait::write);
        co_await ready_for(socket_.awaited(Direction::write));
    }
    if (waiting_for_ == Wait::write) stop_waiting();
}

/// Closes so that the last answer arrives: a close with unread bytes would reset it (RFC 9112, 9.6). Waits before each
/// read, though bytes may be there: the deadline and the other connections get their turn while a client goes on.
ports::Task<void> Connection::linger() {
    if (peer_closed_) co_return;
    error_code error;
    socket_.end_sending();
    take_workspace();
    wait(Wait::linger);
    while (!timed_out_ && (!error || would_block(error))) {
        if (can_read_) {
            co_await asio::post(shared_.context.get_executor(), use_task);
        } else {
            co_await news();
        }
        read_some(asio::buffer(workspace_->input), error);
    }
}

}  // namespace sessgate::http
