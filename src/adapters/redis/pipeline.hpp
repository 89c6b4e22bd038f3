#pragma once

#include <deque>
#include <optional>
#include <string>
#include <vector>

#include "adapters/redis/reply.hpp"
#include "adapters/redis/request.hpp"
#include "adapters/redis/waiting.hpp"
#include "sessgate/core/time.hpp"

namespace sessgate::adapters::redis {

/// How a call ended without its replies.
enum class Failure {
    none,
    refused,  ///< nothing was sent
    lost,     ///< the connection went; what was sent may have been done
    late,     ///< the deadline passed; what was sent may have been done or may still be
};

/// What came of a Request.
struct Answer {
    std::vector<Reply> replies{};  ///< one for each command, unless it failed
    Failure failure = Failure::none;
    std::uint64_t incarnation = 0;  ///< of the connection that it came from

    bool failed() const noexcept { return failure != Failure::none; }
};

/// The calls of one connection in their order: what is still to be written, and who waits for which replies. No I/O and
/// no clock.
class Pipeline {
public:
    struct Call {
        std::size_t commands;
        std::size_t size;  ///< bytes of its request
        core::SteadyTime deadline;
        Waiter<Answer>* waiter;
        std::vector<Reply> replies{};
    };

    void add(const Request& request, core::SteadyTime deadline, Waiter<Answer>& waiter);

    /// Bytes whose replies belong to no call.
    void add_output(const Request& request) { output_ += request.bytes(); }

    bool has_output() const noexcept { return !output_.empty(); }

    /// Everything that was added since the last time, to leave in one write. Whoever takes it leaves an empty text in
    /// its place, with room in it if possible.
    std::string& output() noexcept { return output_; }

    bool expects_reply() const noexcept { return !calls_.empty(); }

    /// The oldest call, when `reply` was its last one. To be called only while a reply is expected.
    std::optional<Call> receive(Reply reply);

    std::optional<core::SteadyTime> earliest_deadline() const noexcept;

    /// Takes out the calls whose deadline is not after `now`. Only while no output was ever taken.
    std::vector<Call> take_unsent_due(core::SteadyTime now);

    /// All calls, which no reply will answer any more.
    std::deque<Call> give_up() noexcept;

private:
    std::string output_;
    std::deque<Call> calls_;
};

}  // namespace sessgate::adapters::redis
