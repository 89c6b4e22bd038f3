#pragma once

#include <deque>
#include <memory>
#include <vector>

#include "adapters/redis/connection.hpp"
#include "adapters/redis/counts.hpp"

namespace sessgate::adapters::redis {

/// Connections for WATCH, MULTI and EXEC, which need one to themselves: made when they are needed, up to four, and
/// kept. Whoever finds none free waits in a line of bounded length. One event loop's thread only.
class Transactions final : public std::enable_shared_from_this<Transactions> {
public:
    static constexpr std::size_t connections_max = 4;
    static constexpr std::size_t line_max = 256;

    /// The right to one connection until it goes. Empty: none could be had.
    class Lease {
    public:
        Lease() = default;
        Lease(std::shared_ptr<Transactions> owner, std::shared_ptr<Connection> connection) noexcept
            : owner_(std::move(owner)), connection_(std::move(connection)) {}
        Lease(Lease&&) noexcept = default;
        Lease& operator=(Lease&&) = delete;
        ~Lease() {
            if (owner_ && connection_) owner_->give_back(std::move(connection_));
        }

        explicit operator bool() const noexcept { return connection_ != nullptr; }
        Connection& operator*() const noexcept { return *connection_; }
        Connection* operator->() const noexcept { return connection_.get(); }

    private:
        std::shared_ptr<Transactions> owner_;
        std::shared_ptr<Connection> connection_;
    };

    Transactions(boost::asio::io_context& context, const Target& target, std::shared_ptr<Counts> counts);

    /// Empty when the line is full, the server away, or `deadline` passed first.
    ports::Task<Lease> begin(core::SteadyTime deadline);

    /// Fails what is under way, and gives nothing out any more.
    void stop();
    void abandon() noexcept;

private:
    using ConnectionPointer = std::shared_ptr<Connection>;

    struct InLine {
        core::SteadyTime deadline;
        Waiter<ConnectionPointer>* waiter;
    };

    ConnectionPointer take_free();
    void give_back(ConnectionPointer connection);
    void serve_line();
    void wake_at(core::SteadyTime time);
    void leave_line_when_late();

    boost::asio::io_context& context_;
    Waiting& waiting_;
    const Target& target_;
    std::shared_ptr<Counts> counts_;
    std::vector<ConnectionPointer> all_;
    std::vector<ConnectionPointer> free_;
    std::deque<InLine> line_;
    std::optional<boost::asio::steady_timer> timer_;
    std::optional<core::SteadyTime> wakes_at_;
    bool is_stopped_ = false;
};

}  // namespace sessgate::adapters::redis
