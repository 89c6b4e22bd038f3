#include <utility>

#include "http/connection.hpp"
#include "http/shared.hpp"

// How a connection comes by bytes, and what it holds while it waits for them.

namespace sessgate::http {

namespace asio = boost::asio;
using boost::system::error_code;

namespace {

/// So many requests are waited for at once after one look that found nothing.
constexpr std::uint8_t waits_after_vain_look = 16;

/// Room for one read behind an unfinished message.
constexpr std::size_t input_step = std::size_t{4} * 1024;

}  // namespace

/// Whether to look for the next request before waiting for it. Where the last look was in vain, the client sends more
/// slowly than it is answered, and is waited for at once a few times: a look costs a system call. TLS may hold bytes
/// that no wait would tell of.
bool Connection::looks_first() const noexcept {
    return !timed_out_ && (waits_at_once_ == 0 || socket_.has_unread());
}

void Connection::look() noexcept {
    guarded([this] {
        if (closing_ || has_paused_ || !looks_first() || receive() == Filled::nothing) return;
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
        await_request();
    });
}

void Connection::await_request() {
    waits_at_once_ = waits_at_once_ == 0 ? waits_after_vain_look : static_cast<std::uint8_t>(waits_at_once_ - 1);
    await_bytes();
}

/// Until there is something new, or it took too long. On a plain socket the first bytes come with the news that they
/// are there, which saves a system call.
void Connection::await_bytes() {
    if (timed_out_) return give_up();
    if (peer_closed_) return;
    // Again, since a write in between has had the deadline.
    wait(wanting_);
    put_workspace_away();
    waiting_ = true;
    auto news = [self = Pointer(this)](const error_code& error, std::size_t count = 0) {
        self->guarded([&] { self->arrived(error, count); });
    };
    if (socket_.is_tls()) return socket_.async_wait(Socket::wait_read, std::move(news));
    socket_.async_read_some(asio::buffer(first_bytes_), std::move(news));
}

void Connection::arrived(const error_code& error, std::size_t count) {
    waiting_ = false;
    if (!error && wanting_ == Wait::idle) stop_waiting();
    if (error) {
        peer_closed_ = error != asio::error::operation_aborted;
    } else {
        take_in(count);
    }
    if (closing_) return end();
    if (error || timed_out_) return await_bytes();
    const bool is_all = !socket_.is_tls() && count < first_bytes_.size();
    if (is_all || receive() == Filled::some || size_ > 0) return work(shared_.clock.wall());
    await_bytes();
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
    const std::size_t count = socket_.read_some(asio::buffer(input.data() + size_, input.size() - size_), error);
    size_ += count;
    if (!error) {
        read_at_ = shared_.turn.now();
        return Filled::some;
    }
    peer_closed_ = !would_block(error);
    return Filled::nothing;
}

void Connection::make_room() {
    std::vector<char>& input = workspace_->input;
    if (input.size() - size_ < input_step) input.resize(size_ + 4 * input_step);
}

/// Puts so many of the first bytes behind what the workspace has.
void Connection::take_in(std::size_t count) {
    read_at_ = shared_.turn.now();
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

void Connection::keep_unfinished(std::span<const char> bytes, const Reading& reading) {
    std::copy_n(bytes.begin(), reading.used, workspace_->input.begin());
    size_ = reading.used;
    at_ = 0;
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
    socket_.cancel();
}

}  // namespace sessgate::http
