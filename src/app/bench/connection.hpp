#pragma once

#include <cerrno>
#include <optional>
#include <span>
#include <string>

#include "app/bench/answer_reader.hpp"
#include "app/bench/client_socket.hpp"
#include "app/bench/load.hpp"

namespace sessgate::app::bench {

/// How a connection stands after it was read from.
enum class Standing { open, ended, broken, malformed };

/// One kept connection to what is measured, with the requests under way on it.
class Connection {
public:
    explicit Connection(std::size_t pipeline) : since_(pipeline) {}

    /// Begins anew: whatever was under way is forgotten.
    void use(ClientSocket socket) noexcept;

    bool is_open() const noexcept { return socket_.is_open(); }
    int descriptor() const noexcept { return socket_.descriptor(); }
    bool has_room() const noexcept { return is_open() && under_way_ < since_.size(); }
    bool has_unsent() const noexcept { return !unsent_.empty(); }
    bool is_blocked() const noexcept { return is_blocked_; }
    void set_blocked(bool is_blocked) noexcept { is_blocked_ = is_blocked; }
    bool has_answered() const noexcept { return has_answered_; }
    std::size_t under_way() const noexcept { return under_way_; }

    /// Adds a request to those that `send` sends. Only where there is room. Its wait counts from `since`.
    void ask(const Requests& requests, std::uint64_t number, TimePoint since);

    /// Sends what the socket takes now. False: the connection is broken.
    bool send();

    /// Reads what is there into `buffer`, which all connections share, and calls `take(answer, since)` for each answer.
    template <typename Take>
    Standing receive(std::span<char> buffer, Take take) {
        const std::size_t kept = rest_.copy(buffer.data(), buffer.size());
        const ssize_t size = socket_.receive(buffer.data() + kept, buffer.size() - kept);
        if (size < 0) return errno == EAGAIN ? Standing::open : Standing::broken;
        if (size == 0) return at_end(take);
        return read({buffer.data(), kept + static_cast<std::size_t>(size)}, take);
    }

    /// Calls `take(since)` for each request that has no answer, and forgets it.
    template <typename Take>
    void give_up(Take take) {
        while (under_way_ > 0) take(next_since());
    }

private:
    template <typename Take>
    Standing read(std::string_view bytes, Take take) {
        bool is_ended = false;
        bool is_asked = true;
        const auto used = reader_.read(bytes, [&](const Answer& answer) {
            is_ended = is_ended || answer.closes;
            is_asked = is_asked && under_way_ > 0;
            if (is_asked) take(answer, next_since());
        });
        has_answered_ = true;
        if (!used || !is_asked) return Standing::malformed;
        rest_ = bytes.substr(*used);
        return is_ended ? Standing::ended : Standing::open;
    }

    template <typename Take>
    Standing at_end(Take take) {
        if (reader_.ends_with_connection() && under_way_ > 0) take(reader_.answer(), next_since());
        return Standing::ended;
    }

    TimePoint next_since() noexcept;

    ClientSocket socket_;
    AnswerReader reader_;
    std::string rest_;  ///< of an answer that is not whole yet
    std::string unsent_;
    std::vector<TimePoint> since_;  ///< a ring, the oldest at `first_`
    std::size_t first_ = 0;
    std::size_t under_way_ = 0;
    bool has_answered_ = false;
    bool is_blocked_ = false;  ///< its owner waits until the socket takes more
};

}  // namespace sessgate::app::bench
