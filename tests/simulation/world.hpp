#pragma once

#include <functional>
#include <memory>
#include <queue>
#include <string>
#include <string_view>
#include <vector>

#include "sessgate/core/time.hpp"
#include "tests/simulation/loop.hpp"

namespace sessgate::simulation {

using namespace std::chrono_literals;

/// A machine on which loops run, each of them a thread of its one process.
struct Machine {
    std::string name{};
    std::vector<std::shared_ptr<Loop>> loops{};
    Time suspended{};         ///< as CLOCK_MONOTONIC sees it
    Time paused_until{};      ///< nothing runs on it before
    std::uint64_t stops = 0;  ///< how often that has happened
    Time skew{};              ///< of its wall clock
    std::uint64_t ready = 0;  ///< a bit for each loop that may have something to do
    Time wakes_at{};
};

/// Time, what happens in it, and the machines: one thread, everything in an order that the seed decides.
class World {
public:
    World(std::uint64_t seed, bool tells);
    ~World();
    World(const World&) = delete;
    World& operator=(const World&) = delete;

    Time now() const noexcept { return kernel().now; }
    Chance& chance() noexcept { return chance_; }

    /// The wall clock that is right.
    core::WallTime wall() const noexcept;

    /// A night passes in which nobody does anything: all wall clocks go on, and nothing else.
    void leap(Time by) noexcept { leapt_ += by; }

    void at(Time time, std::function<void()> action);
    void after(Time delay, std::function<void()> action) { at(now() + delay, std::move(action)); }

    void add(Machine& machine) { machines_.push_back(&machine); }

    /// Something was posted to its loops.
    void wake(Machine& machine) noexcept;

    void run_until(Time end);

    /// Goes into the digest, by which two runs can be compared; and to the output of a run that tells.
    void note(std::string_view what, std::string_view detail = {});

    /// The same for a detail that is made only when it is told, and is in no digest.
    template <typename Detail>
    void tell(std::string_view what, Detail detail) {
        if (tells_) print(what, detail());
    }
    std::uint64_t digest() const noexcept { return digest_; }
    std::uint64_t steps() const noexcept { return steps_; }

private:
    struct Event {
        Time time;
        std::uint64_t number;
        std::function<void()> action;
    };
    struct Later {
        bool operator()(const Event& a, const Event& b) const noexcept {
            return a.time != b.time ? a.time > b.time : a.number > b.number;
        }
    };

    void print(std::string_view what, std::string_view detail) const;
    Time next_time() const noexcept;
    void run_machines();
    void run(Machine& machine);

    Chance chance_;
    Chance kernel_chance_;
    bool tells_;
    std::priority_queue<Event, std::vector<Event>, Later> events_;
    std::vector<Machine*> machines_;
    std::uint64_t last_event_ = 0;
    Time leapt_{};
    std::uint64_t digest_ = 0xcbf29ce484222325;
    std::uint64_t steps_ = 0;
};

}  // namespace sessgate::simulation
