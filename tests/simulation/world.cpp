#include "tests/simulation/world.hpp"

#include <algorithm>
#include <bit>
#include <cstdio>

namespace sessgate::simulation {
namespace {

/// Not 0, where a time point that was never set would pass for one that is due.
constexpr Time start = std::chrono::hours(1);

}  // namespace

World::World(std::uint64_t seed, bool tells) : chance_(seed), kernel_chance_(~seed), tells_(tells) {
    kernel().now = start;
    kernel().suspended = {};
    kernel().chance = &kernel_chance_;
}

World::~World() {
    kernel().chance = nullptr;
}

core::WallTime World::wall() const noexcept {
    return core::from_ms(2'000'000'000'000) + std::chrono::duration_cast<core::Milliseconds>(now() + leapt_);
}

void World::at(Time time, std::function<void()> action) {
    events_.push({std::max(time, now()), ++last_event_, std::move(action)});
}

void World::wake(Machine& machine) noexcept {
    machine.ready = (std::uint64_t{1} << machine.loops.size()) - 1;
}

Time World::next_time() const noexcept {
    Time next = events_.empty() ? Time::max() : events_.top().time;
    for (const Machine* machine : machines_) {
        const Time wakes_at = machine->ready != 0 ? now() : machine->wakes_at;
        next = std::min(next, std::max(wakes_at, machine->paused_until));
    }
    return std::max(next, now());
}

void World::run_until(Time end) {
    for (;;) {
        const Time next = next_time();
        if (next > end) break;
        kernel().now = next;
        while (!events_.empty() && events_.top().time <= next) {
            const std::function<void()> action = events_.top().action;
            events_.pop();
            action();
        }
        run_machines();
    }
    kernel().now = end;
}

void World::run_machines() {
    for (Machine* machine : machines_) {
        if (machine->paused_until > now()) continue;
        if (machine->wakes_at <= now()) wake(*machine);
        if (machine->ready != 0) run(*machine);
    }
}

/// Its threads take turns as chance has it, a handler at a time. Each handler may give the others something to do.
void World::run(Machine& machine) {
    kernel().suspended = machine.suspended;
    while (machine.ready != 0) {
        auto turn = chance_.below(static_cast<std::size_t>(std::popcount(machine.ready)));
        std::uint64_t left = machine.ready;
        while (turn-- > 0) left &= left - 1;
        const auto index = static_cast<std::size_t>(std::countr_zero(left));
        const auto loop = machine.loops[index];
        ++steps_;
        if (loop->run_one()) {
            wake(machine);
        } else {
            machine.ready &= ~(std::uint64_t{1} << index);
        }
    }
    machine.wakes_at = Time::max();
    for (const auto& loop : machine.loops) machine.wakes_at = std::min(machine.wakes_at, loop->wakes_at());
    kernel().suspended = {};
}

/// FNV-1a.
void World::note(std::string_view what, std::string_view detail) {
    constexpr std::uint64_t prime = 0x100000001b3;
    digest_ = (digest_ ^ static_cast<std::uint64_t>(now().count())) * prime;
    for (const std::string_view text : {what, detail}) {
        for (const char c : text) digest_ = (digest_ ^ static_cast<unsigned char>(c)) * prime;
    }
    if (tells_) print(what, detail);
}

void World::print(std::string_view what, std::string_view detail) const {
    std::string shown;
    for (const char c : detail) shown += c >= ' ' && c <= '~' ? c : c == '\n' ? ' ' : '.';
    const double ms = std::chrono::duration<double, std::milli>(now() - start).count();
    std::printf("%12.3f ms  %.*s %s\n", ms, static_cast<int>(what.size()), what.data(), shown.c_str());
}

}  // namespace sessgate::simulation
