#pragma once

#include <cstdio>
#include <cstdlib>

namespace sessgate::tests {

/// Ends the run, in every build, when what must hold does not.
inline void expect(bool holds, const char* what) {
    if (holds) return;
    std::fprintf(stderr, "does not hold: %s\n", what);
    std::abort();
}

}  // namespace sessgate::tests
