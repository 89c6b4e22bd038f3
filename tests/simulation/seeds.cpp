#include "tests/simulation/seeds.hpp"

#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <new>

#include "tests/simulation/garbled.hpp"

namespace sessgate::simulation {
namespace {

constexpr double progress_seconds = 5;
constexpr std::size_t shown_max = 10;

void show(std::uint64_t seed, const Outcome& outcome) {
    std::size_t shown = 0;
    for (const std::string& mistake : outcome.mistakes) {
        if (++shown > shown_max) break;
        std::printf("seed %llu: %s\n", static_cast<unsigned long long>(seed), mistake.c_str());
    }
}

Outcome run(const Options& options, std::uint64_t seed, bool tells) {
    if (options.garbled > 0) return run_garbled(seed, options.garbled, tells);
    return run_scenario(seed, options.defects, tells);
}

void run_one(const Options& options, std::uint64_t seed, Totals& totals) {
    const Outcome outcome = run(options, seed, options.tells);
    if (!options.wants_mistakes) show(seed, outcome);
    totals.add(seed, outcome);
    if (!options.repeats) return;
    if (run(options, seed, false).digest == outcome.digest) return;
    ++totals.unrepeatable;
    std::printf("seed %llu: two runs differ\n", static_cast<unsigned long long>(seed));
}

/// Every so many-th seed.
void run_share(const Options& options, std::uint64_t job, Totals& totals) {
    for (std::uint64_t i = job; i < options.seeds; i += options.jobs) run_one(options, options.first + i, totals);
}

void tell_progress(const Options& options, const Totals* totals) {
    Totals sum;
    for (std::uint64_t job = 0; job < options.jobs; ++job) sum.add(totals[job]);
    std::printf("%llu of %llu seeds, %llu of them wrong\n", static_cast<unsigned long long>(sum.seeds),
                static_cast<unsigned long long>(options.seeds), static_cast<unsigned long long>(sum.wrong_seeds));
    std::fflush(stdout);
}

bool ended_well(int status) noexcept {
    return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

}  // namespace

void Totals::add(std::uint64_t seed, const Outcome& outcome) {
    Totals one;
    one.seeds = 1;
    one.wrong_seeds = outcome.mistakes.empty() ? 0 : 1;
    one.first_wrong = outcome.mistakes.empty() ? 0 : seed;
    one.steps = outcome.steps;
    one.faults = outcome.faults;
    one.commands = outcome.commands;
    one.figures = outcome.figures;
    add(one);
}

void Totals::add(const Totals& other) {
    seeds += other.seeds;
    wrong_seeds += other.wrong_seeds;
    if (first_wrong == 0 || (other.first_wrong != 0 && other.first_wrong < first_wrong)) {
        first_wrong = other.first_wrong;
    }
    unrepeatable += other.unrepeatable;
    steps += other.steps;
    faults += other.faults;
    commands += other.commands;
    figures.add(other.figures);
}

Totals run_seeds(const Options& options) {
    const std::size_t size = options.jobs * sizeof(Totals);
    void* const shared = ::mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (shared == MAP_FAILED) std::abort();
    auto* const totals = new (shared) Totals[options.jobs];
    std::fflush(stdout);
    for (std::uint64_t job = 0; job < options.jobs; ++job) {
        const pid_t child = ::fork();
        if (child < 0) std::abort();
        if (child > 0) continue;
        run_share(options, job, totals[job]);
        std::fflush(stdout);
        ::_exit(0);
    }
    double told_at = real_seconds();
    Totals sum;
    for (std::uint64_t running = options.jobs; running > 0;) {
        int status = 0;
        if (::waitpid(-1, &status, WNOHANG) > 0) {
            --running;
            // A crash is as wrong as an answer can be.
            if (!ended_well(status)) ++sum.wrong_seeds;
            continue;
        }
        ::usleep(10'000);
        if (real_seconds() - told_at < progress_seconds) continue;
        told_at = real_seconds();
        tell_progress(options, totals);
    }
    for (std::uint64_t job = 0; job < options.jobs; ++job) sum.add(totals[job]);
    ::munmap(shared, size);
    return sum;
}

}  // namespace sessgate::simulation
