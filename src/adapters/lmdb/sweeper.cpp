#include "adapters/lmdb/sweeper.hpp"

namespace sessgate::adapters::lmdb {

std::size_t Sweeper::step() {
    if (!health_.is_good()) return 0;
    try {
        const std::vector<SessionPlace> expired = find_expired();
        if (expired.empty()) return 0;
        Transaction transaction(environment_.handle(), 0);
        for (const SessionPlace& place : expired) {
            erase_session(transaction.handle(), environment_.tables(), place);
        }
        transaction.commit();
        swept_.fetch_add(expired.size(), std::memory_order_relaxed);
        return expired.size();
    } catch (const Failure& failure) {
        if (!is_about_room(failure.code)) health_.fail("sweep", failure.code);
        return 0;
    }
}

/// Nobody else writes, so what is found here is still there in the transaction that follows.
std::vector<SessionPlace> Sweeper::find_expired() const {
    const Transaction look(environment_.handle(), MDB_RDONLY);
    std::vector<SessionPlace> expired;
    each_expired(look.handle(), environment_.tables(), clock_.wall(), [&](const SessionPlace& place) {
        expired.push_back(place);
        return expired.size() < step_max;
    });
    return expired;
}

}  // namespace sessgate::adapters::lmdb
