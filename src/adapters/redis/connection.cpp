#include "adapters/redis/connection.hpp"

#include <boost/asio/post.hpp>

#include "adapters/redis/random_number.hpp"

namespace sessgate::adapters::redis {
namespace {

core::SteadyTime now() noexcept {
    return core::SteadyTime::clock::now();
}

/// From 0 to 1, for jitter.
double chance() noexcept {
    return static_cast<double>(random_number() >> 11) * 0x1p-53;
}

}  // namespace

Connection::Connection(boost::asio::io_context& context, const Target& target, ConnectionWatcher* watcher)
    : context_(context),
      waiting_(boost::asio::use_service<Waiting>(context)),
      target_(target),
      watcher_(watcher),
      life_(target.login),
      timer_(context) {}

Connection::~Connection() {
    abandon();
}

void Connection::start() {
    life_.start();
    connect();
}

void Connection::stop() {
    watcher_ = nullptr;
    life_.stop();
    close_stream();
    timer_.reset();
    fail(pipeline_.give_up());
}

void Connection::abandon() noexcept {
    watcher_ = nullptr;
    life_.stop();
    close_stream();
    timer_.reset();
    pipeline_.give_up();
}

ports::Task<Answer> Connection::ask(Request request, core::SteadyTime deadline,
                                    std::optional<std::uint64_t> incarnation) {
    const bool is_another = incarnation && (*incarnation != incarnation_ || !is_ready());
    if (!accepts_calls() || is_another) co_return Answer{{}, Failure::refused, incarnation_};
    const auto begin = [&](Waiter<Answer>& waiter) { ask(request, deadline, waiter); };
    Answer answer = co_await wait_for<Answer>(waiting_, begin);
    co_return answer;
}

void Connection::ask(const Request& request, core::SteadyTime deadline, Waiter<Answer>& waiter) {
    pipeline_.add(request, deadline, waiter);
    wake_at(deadline);
    flush_soon();
}

void Connection::send(const Request& request) {
    pipeline_.add_output(request);
    flush_soon();
}

void Connection::distrust(std::uint64_t incarnation) {
    if (incarnation == incarnation_ && life_.is_ready()) replace();
}

void Connection::connect() {
    ++incarnation_;
    reader_.emplace();
    greeting_replies_.clear();
    is_writing_ = false;
    greeting_deadline_ = now() + target_.patience;
    wake_at(greeting_deadline_);
    stream_ = target_.make_stream(context_, target_.address, target_.tls, *this);
    stream_->connect();
}

void Connection::close_stream() noexcept {
    if (stream_) stream_->close();
    stream_.reset();
}

void Connection::on_connected() {
    // It may have been changed since the last connection was made.
    const auto password = target_.read_password ? target_.read_password() : std::nullopt;
    if (password) life_.use_password(*password);
    const Request request = life_.connected();
    greeting_commands_ = request.commands();
    is_writing_ = true;
    std::string greeting = request.bytes();
    stream_->write(greeting);
}

void Connection::on_written() {
    is_writing_ = false;
    flush();
}

void Connection::on_broken(const boost::system::error_code& error) {
    if (life_.is_ready()) return lose();
    refuse(error.message());
}

/// A call that is answered may close this connection, or stop it: then the rest of the bytes is nobody's.
void Connection::on_bytes(std::string_view bytes) {
    const auto self = shared_from_this();
    const std::uint64_t incarnation = incarnation_;
    std::size_t size = ReplyReader::piece_size;
    while (!bytes.empty() && stream_ && incarnation == incarnation_) {
        const std::string_view piece = bytes.substr(0, size);
        bytes.remove_prefix(piece.size());
        reader_->feed(piece);
        // A line without end is looked through from its beginning each time.
        size = take_replies(incarnation) == 0 ? 2 * size : ReplyReader::piece_size;
    }
}

/// All that are whole by now, and how many.
std::size_t Connection::take_replies(std::uint64_t incarnation) {
    std::size_t count = 0;
    for (; stream_ && incarnation == incarnation_; ++count) {
        Reply reply;
        const auto next = reader_->next(reply);
        if (next == ReplyReader::Next::more) break;
        if (next == ReplyReader::Next::garbage) {
            give_up_reading();
            break;
        }
        take(std::move(reply));
    }
    return count;
}

void Connection::give_up_reading() {
    if (!life_.is_ready()) return refuse("no Redis protocol");
    pipeline_.expects_reply() ? replace() : lose();
}

void Connection::take(Reply reply) {
    if (!life_.is_ready()) return take_greeting(std::move(reply));
    if (!pipeline_.expects_reply()) {
        // Nobody asked for it: whatever comes behind it would be taken for the answer to something else. A server that
        // does so each time is to be left alone for a while, so this counts as a loss.
        if (watcher_ == nullptr || !watcher_->on_message(reply)) lose();
        return;
    }
    auto done = pipeline_.receive(std::move(reply));
    if (done) done->waiter->complete({std::move(done->replies), Failure::none, incarnation_});
}

void Connection::take_greeting(Reply reply) {
    greeting_replies_.push_back(std::move(reply));
    if (greeting_replies_.size() == greeting_commands_) greeted();
}

void Connection::greeted() {
    const auto server = life_.greeted(greeting_replies_, now());
    if (!server) return refuse(server.error());
    if (watcher_ != nullptr) watcher_->on_ready(*server);
    flush();
}

/// It could not be made; again after a rest. What was queued has not been sent.
void Connection::refuse(std::string_view reason) {
    const std::string kept(reason);
    const auto calls = pipeline_.give_up();
    close_stream();
    rests_until_ = now() + life_.lost(now(), chance());
    wake_at(rests_until_);
    if (watcher_ != nullptr) watcher_->on_refused(kept);
    for (const Pipeline::Call& call : calls) call.waiter->complete({{}, Failure::refused, incarnation_});
}

/// It broke while it was in use.
void Connection::lose() {
    const auto calls = pipeline_.give_up();
    close_stream();
    rests_until_ = now() + life_.lost(now(), chance());
    if (life_.state() == ConnectionLife::State::connecting) {
        connect();
    } else {
        wake_at(rests_until_);
    }
    if (watcher_ != nullptr) watcher_->on_lost();
    fail(calls);
}

/// Closes a connection whose replies are of no use and makes another one.
void Connection::replace() {
    const auto calls = pipeline_.give_up();
    close_stream();
    life_.distrusted();
    connect();
    if (watcher_ != nullptr) watcher_->on_lost();
    fail(calls);
}

/// Those who wait are called inside and may ask again, which is queued for the next incarnation.
void Connection::fail(const std::deque<Pipeline::Call>& calls) {
    const auto self = shared_from_this();
    const core::SteadyTime time = now();
    for (const Pipeline::Call& call : calls) {
        call.waiter->complete({{}, call.deadline <= time ? Failure::late : Failure::lost, incarnation_});
    }
}

/// Nothing of what is queued has been sent yet, so each call can be taken out alone.
void Connection::fail_unsent_late_calls() {
    for (const Pipeline::Call& call : pipeline_.take_unsent_due(now())) {
        call.waiter->complete({{}, Failure::refused, incarnation_});
    }
}

void Connection::flush_soon() {
    if (flushes_soon_ || is_writing_) return;
    flushes_soon_ = true;
    boost::asio::post(context_, [weak = weak_from_this()] {
        if (const auto self = weak.lock()) {
            self->flushes_soon_ = false;
            self->flush();
        }
    });
}

void Connection::flush() {
    if (is_writing_ || !life_.is_ready() || !stream_ || !pipeline_.has_output()) return;
    is_writing_ = true;
    stream_->write(pipeline_.output());
}

/// One timer for all: it is moved when something is due earlier, and set again only when it fires.
void Connection::wake_at(core::SteadyTime time) {
    if (wakes_at_ && *wakes_at_ <= time) return;
    if (!timer_) return;
    wakes_at_ = time;
    timer_->expires_at(time);
    timer_->async_wait([weak = weak_from_this()](const boost::system::error_code& error) {
        if (error) return;
        if (const auto self = weak.lock()) self->woken();
    });
}

void Connection::woken() {
    wakes_at_.reset();
    const core::SteadyTime time = now();
    switch (life_.state()) {
        case ConnectionLife::State::stopped:
            return;
        case ConnectionLife::State::resting:
            if (rests_until_ > time) return wake_at(rests_until_);
            life_.start();
            return connect();
        case ConnectionLife::State::connecting:
        case ConnectionLife::State::greeting:
            if (greeting_deadline_ <= time) return refuse("no answer in time");
            wake_at(greeting_deadline_);
            break;
        case ConnectionLife::State::ready:
            break;
    }
    auto due = pipeline_.earliest_deadline();
    if (due && *due <= time) {
        if (life_.is_ready()) return replace();
        fail_unsent_late_calls();
        due = pipeline_.earliest_deadline();
    }
    if (due) wake_at(*due);
}

}  // namespace sessgate::adapters::redis
