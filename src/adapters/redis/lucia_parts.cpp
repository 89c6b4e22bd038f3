#include "adapters/redis/answers.hpp"
#include "adapters/redis/lucia_store.hpp"
#include "adapters/redis/scan.hpp"

namespace sessgate::adapters::redis {

using core::Errc;
using ports::Async;
using ports::StorePart;

Async<std::size_t> LuciaStore::revoke_everything() {
    const std::string pattern = as_pattern(keys_.session_prefix()) + "*";
    const auto removed = co_await remove_all(*client_, pattern, surroundings_.deadline);
    surroundings_.versions.raise_all();
    if (!removed) co_return removed.error();
    co_return *removed;
}

/// Lucia's sessions and no users. What stands under the same prefix and is no session of Lucia's is somebody else's.
Async<StorePart> LuciaStore::part(std::string at) {
    const auto place = at.empty() ? ScanPlace::first(*client_) : ScanPlace::parse(at);
    if (!place) co_return Errc::store_protocol;
    const core::SteadyTime deadline = deadline_from_now();
    const std::string pattern = as_pattern(keys_.session_prefix()) + "*";
    const auto step = co_await scan(*client_, *place, pattern, deadline);
    if (!step) co_return step.error();
    StorePart part;
    if (step->next) part.next = step->next->text();
    part.total = co_await count_keys(*client_, deadline);
    if (step->keys.empty()) co_return part;

    Request request;
    for (const std::string& key : step->keys) request.add({"GET", key});
    const Answer answer = co_await ask_at(*client_, step->node, std::move(request), deadline);
    if (answer.failed()) co_return error_of_read(answer.failure);
    for (std::size_t i = 0; i < step->keys.size(); ++i) {
        const auto id = keys_.session_in(step->keys[i]);
        if (!id || !answer.replies[i].is(Reply::Type::string)) continue;
        auto session = keys_.records().decode(*id, answer.replies[i].text);
        if (session) part.sessions.push_back(std::move(*session));
    }
    co_return part;
}

}  // namespace sessgate::adapters::redis
