#include <algorithm>
#include <cassert>
#include <set>

#include "tests/linearizability/model.hpp"

namespace sessgate::tests {
namespace {

/// Looks for an order of the operations in which every answer is right.
class Search {
public:
    explicit Search(const History& history) : history_(history) { assert(history.size() <= history_max); }

    /// `placed`: a bit for each operation that has its instant already; `session`: as they left it.
    bool succeeds_from(std::uint64_t placed, const ModelSession& session) {
        const std::uint64_t horizon = first_end(placed);
        if (horizon == nothing_left) return true;
        if (!tried_.emplace(placed, session).second) return false;
        for (std::size_t i = 0; i < history_.size(); ++i) {
            // What began after another one had ended comes after it.
            if (history_[i].begun > horizon) continue;
            if (!has(placed, i)) {
                const auto next = after(session, history_[i]);
                if (next && succeeds_from(placed | bit(i), *next)) return true;
            }
            for (const ModelSession& next : effects(session, history_[i])) {
                if (succeeds_from(placed, next)) return true;
            }
        }
        return false;
    }

private:
    static constexpr std::uint64_t nothing_left = UINT64_MAX;

    static std::uint64_t bit(std::size_t i) noexcept { return std::uint64_t{1} << i; }
    static bool has(std::uint64_t placed, std::size_t i) noexcept { return (placed & bit(i)) != 0; }

    std::uint64_t first_end(std::uint64_t placed) const noexcept {
        std::uint64_t first = nothing_left;
        for (std::size_t i = 0; i < history_.size(); ++i) {
            if (!has(placed, i)) first = std::min(first, history_[i].ended);
        }
        return first;
    }

    const History& history_;
    std::set<std::pair<std::uint64_t, ModelSession>> tried_;
};

}  // namespace

bool is_linearizable(const History& history) {
    return Search(history).succeeds_from(0, {});
}

}  // namespace sessgate::tests
