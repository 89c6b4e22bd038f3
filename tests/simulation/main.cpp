#include <cstdio>

#include "tests/simulation/seeds.hpp"

using namespace sessgate::simulation;

namespace {

void print(const char* what, std::uint64_t count) {
    std::printf("  %-28s %12llu\n", what, static_cast<unsigned long long>(count));
}

void print(const Totals& totals, double seconds) {
    std::printf("%llu seeds in %.1f s\n", static_cast<unsigned long long>(totals.seeds), seconds);
    print("handlers run", totals.steps);
    print("faults", totals.faults);
    print("commands that Redis answered", totals.commands);
    print("allowed", totals.figures.allows);
    print("denied", totals.figures.denies);
    print("  of them superseded", totals.figures.superseded);
    print("unavailable", totals.figures.unavailable);
    print("renewals", totals.figures.renewals);
    print("successors", totals.figures.successors);
    print("sign-outs", totals.figures.revocations);
    print("longest answer, ms", static_cast<std::uint64_t>(totals.figures.longest / 1ms));
    print("seeds with a wrong answer", totals.wrong_seeds);
}

}  // namespace

/// Exit code 1 when an answer was wrong, or none was although the server has a defect.
int main(int count, char** words) {
    const auto options = read_options(count, words);
    if (!options) return 2;
    const double begun = real_seconds();
    const Totals totals = run_seeds(*options);
    print(totals, real_seconds() - begun);
    if (options->wants_mistakes) {
        std::printf(totals.wrong_seeds > 0 ? "the defect was noticed\n" : "NOBODY NOTICED THE DEFECT\n");
        return totals.wrong_seeds > 0 ? 0 : 1;
    }
    if (totals.first_wrong != 0) {
        std::printf("to see it again: build/dev/tests/simulation/simulation --first %llu --tell\n",
                    static_cast<unsigned long long>(totals.first_wrong));
    }
    return totals.wrong_seeds > 0 || totals.unrepeatable > 0 ? 1 : 0;
}
