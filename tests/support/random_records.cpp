#include "tests/support/random_records.hpp"

#include <algorithm>

#include "tests/support/json_oracle.hpp"
#include "tests/support/random_json.hpp"

namespace sessgate::tests {

using namespace core;

namespace {

/// The first of the texts that `make` gives without a number out of range, which RandomJson writes too.
template <typename Make>
std::string valid(Make make) {
    for (;;) {
        std::string text = make();
        if (is_strict_json(text)) return text;
    }
}

}  // namespace

UserId RandomRecords::user_id() {
    static constexpr std::string_view allowed =
        "!\"#$%&'()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\\]^_`abcdefghijklmnopqrstuvwxyz|~";
    std::string text(static_cast<std::size_t>(1 + up_to(127)), ' ');
    for (char& c : text) c = allowed[static_cast<std::size_t>(up_to(allowed.size() - 1))];
    return UserId::parse(text).value();
}

SessionRecord RandomRecords::session() {
    const UserId user = user_id();
    std::array<std::uint8_t, SessionId::random_bytes> random{};
    fill(random);
    SessionRecord session{.id = SessionId::make(user, random),
                          .user = user,
                          .created_at = instant(),
                          .periods = {instant(), instant()},
                          .absolute_end = {},
                          .active_period = Milliseconds(up_to(86'400'000)),
                          .idle_period = Milliseconds(up_to(1'209'600'000)),
                          .attributes = attributes(),
                          .unknown_fields = unknown_fields()};
    fill(session.hash);
    if (session.periods.active_until > session.periods.idle_until) {
        std::swap(session.periods.active_until, session.periods.idle_until);
    }
    if (coin()) session.absolute_end = instant();
    if (coin()) {
        fill(session.next.emplace().hash);
        fill(session.next->salt);
    }
    if (coin()) {
        fill(session.previous.emplace().hash);
        session.previous->promoted_at = instant();
        if (coin()) fill(session.previous->salt.emplace());
    }
    if (coin()) session.user_copy = UserCopy{static_cast<std::uint64_t>(up_to(INT64_MAX)), attributes()};
    return session;
}

UserRecord RandomRecords::user() {
    return {.id = user_id(),
            .version = static_cast<std::uint64_t>(up_to(INT64_MAX)),
            .attributes = attributes(),
            .unknown_fields = unknown_fields()};
}

std::string RandomRecords::attributes() {
    RandomJson json(static_cast<unsigned>(random_()));
    return valid([&] { return json.object(3); });
}

std::string RandomRecords::unknown_fields() {
    RandomJson json(static_cast<unsigned>(random_()));
    std::string fields;
    for (std::int64_t i = up_to(3); i > 0; --i) {
        fields += ",\"x" + std::to_string(i) + "\":" + valid([&] { return json.value(3); });
    }
    return fields;
}

}  // namespace sessgate::tests
