#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <utility>

#include "http/connection.hpp"
#include "http/shared.hpp"

// How a connection comes by bytes, and what it holds while it waits for them.

namespace sessgate::http {

namespace asio = boost::asio;
using boost::system::error_code;

namespace {

constexpr asio::use_awaitable_t<ports::Executor> use_task{};

/// Room for one read behind an unfinished message.
constexpr std::size_t input_step = std::size_t{4} * 1024;

}  // namespace

/// TLS may hold bytes that the socket no longer has.
bool Connection::may_have_more() const noexcept {
    return can_read_ || socket_.has_unread();
}

/// Also once when the time is over: what came in time may not have had its turn yet.
void Connection::look() noexcept {
    guarded([this] {
        if (closing_ || has_paused_ || !(may_have_more() || timed_out_) || receive() == Filled::nothing) return;
        has_news_ = true;
        has_request_ = next_request();
        if (has_request_) shared_.endpoint_context->sessions.expect(workspace_->lone_cookie);
    });
}

void Connection::serve(core::WallTime now) noexcept {
    guarded([&] {
        const bool had_paused = std::exchange(has_paused_, false);
        if (std::exchange(has_news_, false) || had_paused) return work(now);
        if (closing_) return end();
        await_bytes();
    });
}

/// Until there is something new, or it took too long.
void Connection::await_bytes() {
    if (timed_out_) return give_up();
    if (peer_closed_) return;
    if (can_read_) return shared_.turns->add(this);
    // Again, since a write in between has had the deadline.
    wait(wanting_);
    put_workspace_away();
    // Also with TLS, which needs no room to write before it can read: there is no renegotiation.
    held_ = this;
}

void Connection::on_ready(const Arrivals::News& news) noexcept {
    can_read_ |= news.can_read;
    reads_to_end_ |= news.has_more;
    if (!awaits_room_ || news.can_write) wake();
}

/// It is its turn then, whatever it waited for. Where there is no memory to say so it is over, and may be gone after
/// this.
void Connection::wake() noexcept {
    const Pointer self = std::exchange(held_, nullptr);
    guarded([&] {
        if (self) return shared_.turns->add(self);
        if (alarm_ != nullptr) alarm_->cancel();
    });
}

void Connection::let_go() noexcept {
    const Pointer last = std::exchange(held_, nullptr);
}

/// Until there is news of the socket, or anything else has happened.
ports::Task<void> Connection::news() {
    Alarm alarm(shared_.context.get_executor(), core::SteadyTime::max());
    alarm_ = &alarm;
    error_code ignored;
    try {
        co_await alarm.async_wait(asio::redirect_error(use_task, ignored));
    } catch (...) {
        alarm_ = nullptr;
        throw;
    }
    alarm_ = nullptr;
}

/// Until what would have blocked may go on, or anything else has happened.
ports::Task<void> Connection::ready_for(Direction direction) {
    if (direction == Direction::read) co_return co_await news();
    shared_.arrivals.watch_room(socket_.socket(), *this, true);
    awaits_room_ = true;
    co_await news();
    awaits_room_ = false;
    shared_.arrivals.watch_room(socket_.socket(), *this, false);
}

/// The client took too long.
void Connection::give_up() {
    closing_ = true;
    if (waiting_for_ == Wait::idle) return end();
    take_workspace();
    refuse(408, "The rest of the request did not come in time.");
    spawn(work_slowly(First::flush));
}

Connection::Filled Connection::receive() {
    take_workspace();
    make_room();
    std::vector<char>& input = workspace_->input;
    error_code error;
    size_ += read_some(asio::buffer(input.data() + size_, input.size() - size_), error);
    if (error) return Filled::nothing;
    read_at_ = shared_.turn.now();
    return Filled::some;
}

/// A read that does not fill its room is the last one of a plain socket, unless something special stands behind it:
/// what comes later tells of itself.
std::size_t Connection::read_some(asio::mutable_buffer buffer, error_code& error) {
    const std::size_t count = socket_.read_some(buffer, error);
    const bool is_last = !error && !socket_.is_tls() && !reads_to_end_ && count < buffer.size();
    if (would_block(error) || is_last) {
        can_read_ = socket_.has_stopped_short();
    } else if (error) {
        peer_closed_ = true;
    }
    return count;
}

void Connection::make_room() {
    std::vector<char>& input = workspace_->input;
    if (input.size() - size_ < input_step) input.resize(size_ + 4 * input_step);
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

void Connection::keep_unfinished(std::span<const char> bytes, const Reading& reading) {
    std::copy_n(bytes.begin(), reading.used, workspace_->input.begin());
    size_ = reading.used;
    at_ = 0;
    // Where something special stood behind what was read, the rest may be there already.
    can_read_ = true;
    if (reading.continue_due) workspace_->output += "HTTP/1.1 100 Continue\r\n\r\n";
    wanting_ = reading.state == Reading::State::need_body ? Wait::body : Wait::head;
    wait(wanting_);
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
    wake();
}

}  // namespace sessgate::http
