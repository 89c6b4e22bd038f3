#include "adapters/lmdb/page.hpp"

namespace sessgate::adapters::lmdb {

core::Result<ports::SessionPage> load_page(const WriteContext& context, const core::UserId& user,
                                           const std::optional<core::SessionId>& after, std::size_t limit) {
    ports::SessionPage page;
    bool damaged = false;
    each_session_of(context.transaction, context.tables, user, after, [&](const core::SessionId& id) {
        if (page.sessions.size() == limit) {
            page.next_after = page.sessions.back().id;
            return false;
        }
        auto session = load_session(context, id);
        damaged = !session || !*session || (*session)->user != user;
        if (!damaged) page.sessions.push_back(**std::move(session));
        return !damaged;
    });
    if (damaged) return core::Errc::store_protocol;
    return page;
}

}  // namespace sessgate::adapters::lmdb
