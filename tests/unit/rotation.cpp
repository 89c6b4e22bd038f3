#include "sessgate/core/rotation.hpp"

#include <doctest/doctest.h>

#include "tests/support/records.hpp"

using namespace sessgate::core;
using namespace std::chrono_literals;

namespace {

const WallTime start = from_ms(10'000'000);
constexpr RotationPolicy policy{RenewalStrategy::rotate, 10ms, 5000ms};
constexpr RotationPolicy extending{RenewalStrategy::extend, 10ms, 5000ms};
constexpr Salt salt{7};

/// A session with an active period of 100 ms, an idle one of 1 s, and the token that belongs to it.
struct Signed {
    SessionRecord session = sessgate::tests::a_session(start);
    Token token{session.id, Secret{{1, 2, 3}}};

    Signed() {
        session.hash = hash_of(token.secret);
        session.active_period = 100ms;
        session.idle_period = 1000ms;
        session.periods = periods_from(session, start);
    }

    Token with(const Secret& secret) const { return Token{session.id, secret}; }
};

const Deny& deny_of(const Decision& decision) {
    REQUIRE(std::holds_alternative<Deny>(decision));
    return std::get<Deny>(decision);
}

const AllowDecision& allow_of(const Decision& decision) {
    REQUIRE(std::holds_alternative<AllowDecision>(decision));
    return std::get<AllowDecision>(decision);
}

/// The record after the decision's write, which has to be wanted.
SessionRecord written(const Decision& decision) {
    REQUIRE(allow_of(decision).write != nullptr);
    return *allow_of(decision).write->desired;
}

/// The decision about a record that was just read.
Decision decide(const SessionRecord& session, const Token& token, WallTime now, const RotationPolicy& rotation,
                const Salt& fresh_salt) {
    return sessgate::core::decide(std::make_shared<const SessionRecord>(session), token, now, rotation, fresh_salt);
}

/// A session that was renewed at `start + 101ms` and whose successor waits.
struct Renewed : Signed {
    Token successor = with(successor_of(token.secret, session.id, salt));
    Renewed() { session = written(decide(session, token, start + 101ms, policy, salt)); }
};

/// The same, with the successor promoted at `promoted_at`.
struct Promoted : Renewed {
    WallTime promoted_at = start + 150ms;
    Promoted() { session = written(decide(session, successor, promoted_at, policy, {})); }
};

}  // namespace

TEST_CASE("an active session is allowed and nothing is written") {
    const Signed one;
    const auto decision = decide(one.session, one.token, start + 100ms, policy, salt);

    const AllowDecision& allowed = allow_of(decision);
    CHECK(allowed.write == nullptr);
    CHECK(allowed.allow.state == SessionState::active);
    CHECK_FALSE(allowed.allow.fresh);
    CHECK_FALSE(allowed.allow.replacement.has_value());
}

TEST_CASE("rule 1: an idle session gets new periods and a successor that only its token's holder can derive") {
    const Signed one;
    const auto decision = decide(one.session, one.token, start + 101ms, policy, salt);

    const SessionRecord renewed = written(decision);
    CHECK(renewed.periods == SessionPeriods{start + 201ms, start + 1201ms});
    CHECK(renewed.hash == one.session.hash);
    REQUIRE(renewed.next.has_value());
    const Secret successor = successor_of(one.token.secret, one.session.id, salt);
    CHECK(renewed.next->hash == hash_of(successor));
    const Allow& once_written = allow_of(decision).write->allow;
    CHECK(once_written.fresh);
    CHECK(once_written.state == SessionState::active);
    CHECK(once_written.replacement == one.with(successor));

    const Allow& unwritten = allow_of(decision).allow;
    CHECK(unwritten.state == SessionState::idle);
    CHECK_FALSE(unwritten.fresh);
    CHECK_FALSE(unwritten.replacement.has_value());
}

TEST_CASE("rule 1: everyone who holds the current token is given the same successor, whatever salt they bring") {
    const Renewed one;
    const auto decision = decide(one.session, one.token, start + 102ms, policy, Salt{9});

    CHECK(allow_of(decision).write == nullptr);
    CHECK(allow_of(decision).allow.replacement == one.successor);
}

TEST_CASE("rule 1: a pending successor is never replaced, only the periods move") {
    const Renewed one;
    const auto decision = decide(one.session, one.token, start + 202ms, policy, Salt{9});

    const SessionRecord renewed = written(decision);
    CHECK(renewed.next == one.session.next);
    CHECK(renewed.periods == SessionPeriods{start + 302ms, start + 1302ms});
    CHECK(allow_of(decision).write->allow.replacement == one.successor);
    CHECK(allow_of(decision).allow.replacement == one.successor);
}

TEST_CASE("rule 2: the first use of the successor makes it current and keeps the one before as previous") {
    const Renewed one;
    const auto decision = decide(one.session, one.successor, start + 150ms, policy, {});

    const SessionRecord promoted = written(decision);
    CHECK(promoted.hash == hash_of(one.successor.secret));
    CHECK_FALSE(promoted.next.has_value());
    REQUIRE(promoted.previous.has_value());
    CHECK(*promoted.previous == PreviousSecret{one.session.hash, salt, start + 150ms});
    CHECK(promoted.periods == one.session.periods);
    CHECK_FALSE(allow_of(decision).write->allow.fresh);
    CHECK_FALSE(allow_of(decision).write->allow.replacement.has_value());
}

TEST_CASE("rule 2: a successor that cannot be promoted is allowed all the same") {
    const Renewed one;
    const auto decision = decide(one.session, one.successor, start + 150ms, policy, {});

    CHECK(allow_of(decision).allow.state == SessionState::active);
    CHECK_FALSE(allow_of(decision).allow.replacement.has_value());
}

TEST_CASE("rule 2: a successor first used when the session is idle again is promoted and renewed in one write") {
    const Renewed one;
    const auto decision = decide(one.session, one.successor, start + 202ms, policy, Salt{9});

    const SessionRecord promoted = written(decision);
    CHECK(promoted.hash == hash_of(one.successor.secret));
    CHECK_FALSE(promoted.next.has_value());
    CHECK(promoted.periods == SessionPeriods{start + 302ms, start + 1302ms});
    CHECK(allow_of(decision).write->allow.fresh);
}

TEST_CASE("rule 3: the previous token is allowed, never renews, and is told the current one") {
    const Promoted one;
    for (const WallTime now : {start + 151ms, one.promoted_at + 10ms, one.promoted_at + 11ms, start + 300ms}) {
        const auto decision = decide(one.session, one.token, now, policy, Salt{9});
        CHECK(allow_of(decision).write == nullptr);
        CHECK(allow_of(decision).allow.replacement == one.successor);
    }
    const auto when_idle = decide(one.session, one.token, start + 202ms, policy, Salt{9});
    CHECK(allow_of(when_idle).allow.state == SessionState::idle);
}

TEST_CASE("rule 4: use of the current token retires the previous one only later than the grace after promotion") {
    const Promoted one;

    CHECK(allow_of(decide(one.session, one.successor, one.promoted_at + 10ms, policy, {})).write == nullptr);
    const SessionRecord retired = written(decide(one.session, one.successor, one.promoted_at + 11ms, policy, {}));
    REQUIRE(retired.previous.has_value());
    CHECK_FALSE(retired.previous->salt.has_value());
    CHECK(retired.previous->hash == one.session.previous->hash);
    CHECK(retired.next == one.session.next);
}

TEST_CASE("rule 4: a retired token is superseded and its cookie is left alone") {
    const Promoted one;
    const SessionRecord retired = written(decide(one.session, one.successor, one.promoted_at + 11ms, policy, {}));

    const auto decision = decide(retired, one.token, one.promoted_at + 11ms, policy, {});
    CHECK(deny_of(decision).reason == Reason::superseded);
    CHECK_FALSE(deny_of(decision).forget_cookie);
    CHECK(allow_of(decide(retired, one.successor, one.promoted_at + 12ms, policy, {})).write == nullptr);
}

TEST_CASE("rule 4: without any use of the current token the previous one ends with the longest grace") {
    Promoted one;
    one.session.periods = {one.promoted_at + 1h, one.promoted_at + 2h};

    CHECK(allow_of(decide(one.session, one.token, one.promoted_at + 5000ms, policy, {})).write == nullptr);
    CHECK(deny_of(decide(one.session, one.token, one.promoted_at + 5001ms, policy, {})).reason == Reason::superseded);
}

TEST_CASE("rule 1: no new successor while the previous token is not retired and within its grace") {
    Promoted one;
    one.session.periods = {one.promoted_at, one.promoted_at + 1s};

    const SessionRecord early = written(decide(one.session, one.successor, one.promoted_at + 10ms, policy, Salt{9}));
    CHECK_FALSE(early.next.has_value());
    CHECK(early.previous == one.session.previous);
    CHECK(early.periods.active_until == one.promoted_at + 110ms);

    const SessionRecord late = written(decide(one.session, one.successor, one.promoted_at + 11ms, policy, Salt{9}));
    CHECK(late.next.has_value());
    CHECK_FALSE(late.previous->salt.has_value());
}

TEST_CASE("rule 5: a secret that matches nothing is unknown and does nothing to the cookie, in every state") {
    const Promoted promoted;
    const SessionRecord retired =
        written(decide(promoted.session, promoted.successor, promoted.promoted_at + 11ms, policy, {}));
    for (const SessionRecord& session : {Signed().session, Renewed().session, promoted.session, retired}) {
        const Token wrong{session.id, Secret{{9, 9, 9}}};
        for (const WallTime now : {start, start + 300ms, start + 9999ms}) {
            const auto decision = decide(session, wrong, now, policy, {});
            CHECK(deny_of(decision).reason == Reason::unknown);
            CHECK_FALSE(deny_of(decision).forget_cookie);
        }
    }
}

TEST_CASE("a dead session is expired for its current, next and previous token, and the cookie may go") {
    const Renewed renewed;
    const Promoted promoted;
    const auto at = start + 1202ms;

    for (const auto& decision : {decide(renewed.session, renewed.token, at, policy, {}),
                                 decide(renewed.session, renewed.successor, at, policy, {}),
                                 decide(promoted.session, promoted.token, at, policy, {}),
                                 decide(promoted.session, promoted.successor, at, policy, {})}) {
        CHECK(deny_of(decision).reason == Reason::expired);
        CHECK(deny_of(decision).forget_cookie);
    }
    CHECK(std::holds_alternative<AllowDecision>(decide(renewed.session, renewed.token, at - 1ms, policy, {})));
}

TEST_CASE("extension renews without a successor and moves the cookie's expiry only where there is no absolute end") {
    Signed one;
    const auto endless = decide(one.session, one.token, start + 101ms, extending, salt);
    CHECK_FALSE(written(endless).next.has_value());
    CHECK(allow_of(endless).write->allow.fresh);
    CHECK(allow_of(endless).write->allow.expiry_moved);
    CHECK_FALSE(allow_of(endless).allow.expiry_moved);

    one.session.absolute_end = start + 1h;
    const auto ending = decide(one.session, one.token, start + 101ms, extending, salt);
    CHECK_FALSE(allow_of(ending).write->allow.expiry_moved);
}

TEST_CASE("extension still hands out and promotes a successor that was prepared before the strategy was changed") {
    const Renewed one;
    CHECK(allow_of(decide(one.session, one.token, start + 102ms, extending, {})).allow.replacement == one.successor);
    CHECK(written(decide(one.session, one.successor, start + 102ms, extending, {})).hash ==
          hash_of(one.successor.secret));
}

TEST_CASE("of several tokens of one session the successor counts before the current, the current before the previous") {
    const Renewed renewed;
    const Promoted promoted;
    const Token wrong = renewed.with(Secret{{9, 9, 9}});

    CHECK(best_of(renewed.session, std::array{wrong, renewed.token, renewed.successor}) == renewed.successor);
    CHECK(best_of(renewed.session, std::array{renewed.successor, renewed.token}) == renewed.successor);
    CHECK(best_of(renewed.session, std::array{wrong, renewed.token}) == renewed.token);
    CHECK(best_of(promoted.session, std::array{promoted.token, promoted.successor}) == promoted.successor);
    CHECK(best_of(promoted.session, std::array{wrong, promoted.token}) == promoted.token);
}

namespace {

/// A session in one of the shapes that rotation leaves, by number.
SessionRecord shape(int number) {
    Signed plain;
    switch (number) {
        case 0:
            return plain.session;
        case 1:
            return Renewed().session;
        case 2:
            return Promoted().session;
        case 3:
            plain.session.absolute_end = start + 60ms;
            return plain.session;
        case 4: {
            SessionRecord retired = Promoted().session;
            retired.previous->salt.reset();
            return retired;
        }
        default: {
            SessionRecord extended = plain.session;
            extended.periods = {start + 400ms, start + 1400ms};
            return extended;
        }
    }
}

/// The token in use: of a promoted session the successor that it was.
Token current_token(const SessionRecord& session) {
    const Signed plain;
    const Token first = plain.with(Secret{{1, 2, 3}});
    return session.hash == hash_of(first.secret) ? Token{session.id, first.secret}
                                                 : Token{session.id, successor_of(first.secret, session.id, salt)};
}

bool is_plain(const Decision& decision) {
    const auto* const allowed = std::get_if<AllowDecision>(&decision);
    if (!allowed || allowed->write) return false;
    const Allow& allow = allowed->allow;
    return allow.state == SessionState::active && !allow.fresh && !allow.replacement && !allow.expiry_moved;
}

}  // namespace

TEST_CASE("up to plain_until, and not an instant longer, a use of the current token is an allow and nothing else") {
    for (const RotationPolicy& rotation : {policy, extending}) {
        for (int number = 0; number < 6; ++number) {
            CAPTURE(number);
            const SessionRecord session = shape(number);
            const WallTime until = plain_until(session, rotation);
            for (WallTime now = start; now < start + 1600ms; now += 1ms) {
                const bool plain = is_plain(decide(session, current_token(session), now, rotation, salt));
                if (plain != (now <= until)) FAIL_CHECK("at ", (now - start).count());
            }
        }
    }
}

TEST_CASE("a session was written when it was created, renewed or promoted, whichever came last") {
    CHECK(written_at(Signed().session) == start);
    CHECK(written_at(Renewed().session) == start + 101ms);
    const SessionRecord promoted = Promoted().session;
    CHECK(written_at(promoted) == promoted.previous->promoted_at);
}
