#pragma once

#include <compare>

#include "tests/linearizability/history.hpp"

namespace sessgate::tests {

/// One session as the promises of two-phase rotation have it, in no words of the program's.
struct ModelSession {
    enum class Life { not_yet, alive, ended };
    enum class Previous { none, in_use, retired };

    Life life = Life::not_yet;
    int current = 0;
    bool has_next = false;  ///< the successor of the current token was prepared
    Previous previous = Previous::none;

    auto operator<=>(const ModelSession&) const = default;
};

/// The session after `operation`, at the instant at which it was answered; nullopt: that answer is wrong there.
std::optional<ModelSession> after(const ModelSession& session, const Operation& operation);

/// What `operation` may do to the session at any time after its beginning, beside its answer; empty: nothing.
std::vector<ModelSession> effects(const ModelSession& session, const Operation& operation);

}  // namespace sessgate::tests
