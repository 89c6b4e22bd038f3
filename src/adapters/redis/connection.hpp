#pragma once

#include <boost/asio/steady_timer.hpp>
#include <functional>
#include <memory>
#include <optional>

#include "adapters/redis/connection_life.hpp"
#include "adapters/redis/pipeline.hpp"
#include "adapters/redis/stream.hpp"

namespace sessgate::adapters::redis {

/// Where and how to connect. Must outlive the connection.
struct Target {
    Address address;
    Login login;
    boost::asio::ssl::context* tls = nullptr;                     ///< null: in the clear
    core::Milliseconds patience{};                                ///< for connecting and greeting together
    std::function<std::optional<std::string>()> read_password{};  ///< as in RedisSettings
    StreamMaker make_stream = &redis::make_stream;
};

/// Who is told of a connection's changes. Called from the event loop, never inside a call to the connection but for
/// `distrust`.
class ConnectionWatcher {
public:
    virtual ~ConnectionWatcher() = default;
    virtual void on_ready(const Server& server) = 0;

    /// It worked and does no more; what is asked from now on is asked on another one.
    virtual void on_lost() = 0;

    /// It could not be made: `reason` is the server's or the system's word for it.
    virtual void on_refused(std::string_view reason) = 0;

    /// A reply that no call waits for. False: it makes no sense, and the connection is replaced.
    virtual bool on_message(const Reply&) { return false; }
};

/// One connection to a server, made again whenever it is lost. All commands of a turn of the loop leave in one write;
/// one timer watches over all that is waited for. One with a reply that came late or made no sense is closed and its
/// bytes are never read. One event loop's thread only.
class Connection final : public StreamOwner, public std::enable_shared_from_this<Connection> {
public:
    /// `watcher`: may be null; else it must live until `stop`.
    Connection(boost::asio::io_context& context, const Target& target, ConnectionWatcher* watcher);
    ~Connection() override;
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;

    void start();

    /// Fails all calls with `lost` and lets go of the io_context. It is not started again.
    void stop();

    /// The same at the end of the io_context, when nobody may be resumed any more.
    void abandon() noexcept;

    bool accepts_calls() const noexcept { return life_.accepts_calls(); }
    bool is_ready() const noexcept { return life_.is_ready(); }
    std::uint64_t incarnation() const noexcept { return incarnation_; }

    /// The replies to `request`, or why there are none by `deadline`. With `incarnation`: only on that one.
    ports::Task<Answer> ask(Request request, core::SteadyTime deadline,
                            std::optional<std::uint64_t> incarnation = std::nullopt);

    /// The same without a coroutine, while `accepts_calls()`.
    void ask(const Request& request, core::SteadyTime deadline, Waiter<Answer>& waiter);

    /// Sends without waiting for replies: they go to the watcher, as messages. For a connection on which nobody asks.
    void send(const Request& request);

    /// A reply of that incarnation made no sense: closes it, unless that has happened. Other calls under way are lost.
    void distrust(std::uint64_t incarnation);

private:
    void on_connected() override;
    void on_bytes(std::string_view bytes) override;
    void on_written() override;
    void on_broken(const boost::system::error_code& error) override;

    void connect();
    void close_stream() noexcept;
    std::size_t take_replies(std::uint64_t incarnation);
    void give_up_reading();
    void take(Reply reply);
    void take_greeting(Reply reply);
    void greeted();
    void refuse(std::string_view reason);
    void lose();
    void replace();
    void fail(const std::deque<Pipeline::Call>& calls);
    void fail_unsent_late_calls();
    void flush();
    void flush_soon();
    void wake_at(core::SteadyTime time);
    void woken();

    boost::asio::io_context& context_;
    Waiting& waiting_;
    const Target& target_;
    ConnectionWatcher* watcher_;
    ConnectionLife life_;
    Pipeline pipeline_;
    std::optional<ReplyReader> reader_;
    std::shared_ptr<Stream> stream_;
    std::optional<boost::asio::steady_timer> timer_;
    std::optional<core::SteadyTime> wakes_at_;
    std::uint64_t incarnation_ = 0;
    core::SteadyTime greeting_deadline_{};
    core::SteadyTime rests_until_{};
    std::size_t greeting_commands_ = 0;
    std::vector<Reply> greeting_replies_;
    bool is_writing_ = false;
    bool flushes_soon_ = false;
};

}  // namespace sessgate::adapters::redis
