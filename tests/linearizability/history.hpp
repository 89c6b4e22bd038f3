#pragma once

#include <cstdint>
#include <optional>
#include <vector>

namespace sessgate::tests {

/// What was asked of one session. Its tokens have numbers: the first is 0, and the successor of each is one more.
enum class Asked { create, validate, revoke };

/// What was answered.
enum class Answered {
    done,        ///< created, or revoked now
    nothing,     ///< there was nothing to revoke
    allow,       ///< with or without a successor
    unknown,     ///< denied: no session, or no token of it
    superseded,  ///< denied: a retired token
    failed,      ///< nobody knows whether it was done, or will be
};

/// One call from its beginning to its answer. Instants are numbers that grow over all threads.
struct Operation {
    Asked asked = Asked::validate;
    int token = 0;  ///< of validate
    Answered answered = Answered::allow;
    std::optional<int> successor{};  ///< that an allow handed out
    std::uint64_t begun = 0;
    std::uint64_t ended = 0;
};

/// All calls about one session.
using History = std::vector<Operation>;

/// The most that one history may hold.
constexpr std::size_t history_max = 64;

/// Whether one session that changes in single instants could have given all these answers, each operation at an instant
/// between its beginning and its end. Writes that a validation may have caused (renewal, promotion, retirement), and
/// what failed, may come at any time after the beginning, or never.
///
/// After Wing and Gong, Testing and verifying concurrent objects (1993), with Lowe's memory of what was tried (2017).
bool is_linearizable(const History& history);

}  // namespace sessgate::tests
