#pragma once

#include <array>
#include <boost/asio/basic_waitable_timer.hpp>
#include <boost/intrusive/list.hpp>

#include "sessgate/core/time.hpp"
#include "sessgate/ports/async.hpp"

namespace sessgate::http {

/// What a connection waits for; each kind has one length of its own.
enum class Wait { idle, head, body, write, linger };

struct DeadlineTag;
using DeadlineHook = boost::intrusive::list_base_hook<boost::intrusive::tag<DeadlineTag>,
                                                      boost::intrusive::link_mode<boost::intrusive::auto_unlink>>;

/// Something that may wait too long. Leaves its queue by itself when it is destroyed.
class Deadline : public DeadlineHook {
public:
    /// The wait took longer than its kind allows. Called at most once for a `start`.
    virtual void expired() = 0;

    core::SteadyTime due{};

protected:
    ~Deadline() = default;
};

/// All deadlines of a shard on one timer. Since every wait of a kind is equally long, each kind is a queue in the order
/// of time, and starting or stopping a deadline moves two pointers.
class Deadlines {
public:
    static constexpr std::size_t kinds = 5;
    using Lengths = std::array<core::Milliseconds, kinds>;

    Deadlines(boost::asio::io_context& context, const Lengths& lengths);

    void start(Deadline& deadline, Wait kind);
    static void stop(Deadline& deadline) noexcept;

private:
    using Queue = boost::intrusive::list<Deadline, boost::intrusive::base_hook<DeadlineHook>,
                                         boost::intrusive::constant_time_size<false>>;
    using Timer =
        boost::asio::basic_waitable_timer<std::chrono::steady_clock,
                                          boost::asio::wait_traits<std::chrono::steady_clock>, ports::Executor>;

    void arm(core::SteadyTime at);
    void expire();

    Timer timer_;
    Lengths lengths_;
    std::array<Queue, kinds> queues_;
    core::SteadyTime armed_for_ = core::SteadyTime::max();
};

}  // namespace sessgate::http
