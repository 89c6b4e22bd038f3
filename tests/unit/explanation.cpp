#include "sessgate/core/explanation.hpp"

#include <doctest/doctest.h>

#include "tests/support/records.hpp"

using namespace sessgate::core;
using namespace std::chrono_literals;

namespace {

const WallTime start = from_ms(10'000'000);
constexpr RotationPolicy policy{RenewalStrategy::rotate, 10ms, 5000ms};
constexpr Salt salt{7};

/// A session with an active period of 100 ms, an idle one of 1 s, and its token.
struct Signed {
    SessionRecord session = sessgate::tests::a_session(start);
    Token token{session.id, Secret{{1, 2, 3}}};
    Token successor{session.id, successor_of(token.secret, session.id, salt)};

    Signed() {
        session.hash = hash_of(token.secret);
        session.active_period = 100ms;
        session.idle_period = 1000ms;
        session.periods = periods_from(session, start);
    }

    /// Makes the use's write, which has to be wanted.
    void use(const Token& used, WallTime now) {
        const Decision decision = decide(std::make_shared<const SessionRecord>(session), used, now, policy, salt);
        REQUIRE(std::holds_alternative<AllowDecision>(decision));
        REQUIRE(std::get<AllowDecision>(decision).write != nullptr);
        session = *std::get<AllowDecision>(decision).write->desired;
    }

    Explanation told(const Token& asked, WallTime now) const {
        return explain(std::make_shared<const SessionRecord>(session), asked, now, policy);
    }
};

}  // namespace

TEST_CASE("an explanation of an active session's token names no write") {
    const Signed fresh;

    const Explanation told = fresh.told(fresh.token, start + 100ms);

    CHECK(told.role == TokenRole::current);
    CHECK(told.state == SessionState::active);
    CHECK_FALSE(told.denied);
    CHECK_FALSE(told.hands_out);
    CHECK_FALSE((told.renews || told.rotates || told.promotes || told.retires));
}

TEST_CASE("an explanation follows a token through its rotation, write by write") {
    Signed life;
    const WallTime idle = start + 101ms;

    const Explanation renewal = life.told(life.token, idle);
    CHECK((renewal.renews && renewal.rotates && renewal.hands_out));
    CHECK_FALSE((renewal.promotes || renewal.retires));
    life.use(life.token, idle);

    const Explanation pending = life.told(life.token, idle);
    CHECK(pending.role == TokenRole::current);
    CHECK((pending.hands_out && !pending.rotates && !pending.renews));
    const Explanation promotion = life.told(life.successor, idle);
    CHECK(promotion.role == TokenRole::successor);
    CHECK((promotion.promotes && !promotion.hands_out && !promotion.retires));
    life.use(life.successor, idle);

    CHECK(life.told(life.token, idle).role == TokenRole::previous);
    CHECK(life.told(life.token, idle).hands_out);
    const Explanation retirement = life.told(life.successor, idle + 11ms);
    CHECK((retirement.role == TokenRole::current && retirement.retires && !retirement.promotes));
    life.use(life.successor, idle + 11ms);

    const Explanation retired = life.told(life.token, idle + 11ms);
    CHECK(retired.role == TokenRole::retired);
    CHECK(retired.denied == Reason::superseded);
}

TEST_CASE("an explanation tells a dead session from a wrong secret") {
    const Signed fresh;
    const Token wrong{fresh.session.id, Secret{{9}}};

    CHECK(fresh.told(fresh.token, start + 1101ms).denied == Reason::expired);
    CHECK(fresh.told(fresh.token, start + 1101ms).state == SessionState::dead);
    CHECK(fresh.told(wrong, start).denied == Reason::unknown);
    CHECK(fresh.told(wrong, start).role == TokenRole::none);
    CHECK(fresh.told(wrong, start).state == SessionState::active);
}

TEST_CASE("a reissued session has one good secret, new periods within its absolute end, and all else as it was") {
    Signed life;
    life.session.absolute_end = start + 600ms;
    life.use(life.token, start + 101ms);
    life.use(life.successor, start + 101ms);
    const Secret secret{{4, 5, 6}};

    const SessionRecord reissue = reissued(life.session, hash_of(secret), start + 150ms);

    const auto role = [&](const Token& token) { return role_of(reissue, token, start + 150ms, policy); };
    CHECK(role(Token{reissue.id, secret}) == TokenRole::current);
    CHECK(role(life.token) == TokenRole::none);
    CHECK(role(life.successor) == TokenRole::none);
    CHECK(reissue.periods == SessionPeriods{start + 250ms, start + 600ms});
    CHECK(reissue.absolute_end == life.session.absolute_end);
    CHECK(reissue.created_at == life.session.created_at);
    CHECK(reissue.attributes == life.session.attributes);
}
