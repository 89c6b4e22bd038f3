#include "tests/support/records.hpp"

#include "sessgate/core/lifecycle.hpp"

namespace sessgate::tests {

core::UserId a_user_id(std::string_view text) {
    return core::UserId::parse(text).value();
}

core::UserId a_neighbour_of(const core::UserId& user) {
    const std::string bucket = core::bucket_of(user);
    for (int number = 0;; ++number) {
        const core::UserId other = a_user_id("eve-" + std::to_string(number));
        if (core::bucket_of(other) == bucket) return other;
    }
}

core::SessionRecord a_session(core::WallTime now, const core::UserId& user) {
    static FixedRandom random(20);
    std::array<std::uint8_t, core::SessionId::random_bytes> id_bytes{};
    random.fill(id_bytes);
    core::SessionRecord session{.id = core::SessionId::make(user, id_bytes),
                                .user = user,
                                .created_at = now,
                                .periods = {},
                                .absolute_end = std::nullopt,
                                .active_period = std::chrono::hours(24),
                                .idle_period = std::chrono::days(14)};
    random.fill(session.hash);
    session.periods = core::periods_from(session, now);
    session.attributes = R"({"plan":"free"})";
    return session;
}

core::SessionRecord renewed(core::SessionRecord session, core::WallTime now) {
    session.periods = core::periods_from(session, now);
    return session;
}

core::UserRecord a_user(std::uint64_t version, const core::UserId& id) {
    return core::UserRecord{.id = id, .version = version, .attributes = R"({"name":"Ada"})"};
}

}  // namespace sessgate::tests
