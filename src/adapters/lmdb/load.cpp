#include "adapters/lmdb/write.hpp"

namespace sessgate::adapters::lmdb {

core::Result<std::optional<core::SessionRecord>> load_session(const WriteContext& context, const core::SessionId& id) {
    const auto stored = get(context.transaction, context.tables.sessions, id.view());
    if (!stored) return std::nullopt;
    auto session = context.codec.decode_session(id, *stored);
    if (!session) return session.error();
    return std::optional(*std::move(session));
}

core::Result<std::optional<core::UserRecord>> load_user(const WriteContext& context, const core::UserId& id) {
    const auto stored = get(context.transaction, context.tables.users, id.view());
    if (!stored) return std::nullopt;
    auto user = context.codec.decode_user(id, *stored);
    if (!user) return user.error();
    return std::optional(*std::move(user));
}

}  // namespace sessgate::adapters::lmdb
