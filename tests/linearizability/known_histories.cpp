#include <doctest/doctest.h>

#include "tests/linearizability/history.hpp"

using namespace sessgate::tests;

namespace {

Operation create(std::uint64_t begun, std::uint64_t ended) {
    return {Asked::create, 0, Answered::done, std::nullopt, begun, ended};
}
Operation allow(int token, std::uint64_t begun, std::uint64_t ended, std::optional<int> successor = std::nullopt) {
    return {Asked::validate, token, Answered::allow, successor, begun, ended};
}
Operation denied(int token, Answered how, std::uint64_t begun, std::uint64_t ended) {
    return {Asked::validate, token, how, std::nullopt, begun, ended};
}
Operation failed(Asked asked, int token, std::uint64_t begun, std::uint64_t ended) {
    return {asked, token, Answered::failed, std::nullopt, begun, ended};
}
Operation revoke(Answered how, std::uint64_t begun, std::uint64_t ended) {
    return {Asked::revoke, 0, how, std::nullopt, begun, ended};
}

constexpr auto unknown = Answered::unknown;
constexpr auto superseded = Answered::superseded;

}  // namespace

TEST_CASE("the checker believes histories that one session could have had") {
    const History in_order{create(1, 2), allow(0, 3, 4), revoke(Answered::done, 5, 6), denied(0, unknown, 7, 8)};
    CHECK(is_linearizable(in_order));

    const History beside_a_revocation{create(1, 2), revoke(Answered::done, 3, 6), allow(0, 4, 5)};
    CHECK(is_linearizable(beside_a_revocation));

    const History denied_before_acknowledged{create(1, 2), revoke(Answered::done, 3, 6), denied(0, unknown, 4, 5)};
    CHECK(is_linearizable(denied_before_acknowledged));

    const History rotated{create(1, 2),      allow(0, 3, 4, 1), allow(1, 5, 6),
                          allow(0, 7, 8, 1), allow(1, 9, 10),   denied(0, superseded, 11, 12)};
    CHECK(is_linearizable(rotated));

    const History twice_rotated{
        create(1, 2),     allow(0, 3, 4, 1),         allow(1, 5, 6), allow(1, 7, 8), allow(1, 9, 10, 2),
        allow(2, 11, 12), denied(0, unknown, 13, 14)};
    CHECK(is_linearizable(twice_rotated));

    const History written_although_it_failed{create(1, 2), failed(Asked::revoke, 0, 3, 4), allow(0, 5, 6),
                                             denied(0, unknown, 7, 8)};
    CHECK(is_linearizable(written_although_it_failed));

    const History never_written{create(1, 2), failed(Asked::revoke, 0, 3, 4), allow(0, 5, 6)};
    CHECK(is_linearizable(never_written));

    const History renewed_although_it_failed{create(1, 2), failed(Asked::validate, 0, 3, 4), allow(0, 5, 6),
                                             allow(0, 7, 8, 1)};
    CHECK(is_linearizable(renewed_although_it_failed));

    const History two_revocations{create(1, 2), revoke(Answered::nothing, 3, 6), revoke(Answered::done, 4, 5)};
    CHECK(is_linearizable(two_revocations));
}

TEST_CASE("the checker finds what is wrong in histories that no session could have had") {
    const History allowed_after_its_end{create(1, 2), revoke(Answered::done, 3, 4), allow(0, 5, 6)};
    CHECK(!is_linearizable(allowed_after_its_end));

    const History back_again{create(1, 2), revoke(Answered::done, 3, 8), denied(0, unknown, 4, 5), allow(0, 6, 7)};
    CHECK(!is_linearizable(back_again));

    const History denied_for_nothing{create(1, 2), allow(0, 3, 4), denied(0, unknown, 5, 6)};
    CHECK(!is_linearizable(denied_for_nothing));

    const History ended_twice{create(1, 2), revoke(Answered::done, 3, 4), revoke(Answered::done, 5, 6)};
    CHECK(!is_linearizable(ended_twice));

    const History revocation_of_nothing{create(1, 2), revoke(Answered::nothing, 3, 4)};
    CHECK(!is_linearizable(revocation_of_nothing));

    const History before_it_was_made{allow(0, 1, 2), create(3, 4)};
    CHECK(!is_linearizable(before_it_was_made));

    const History superseded_unused{create(1, 2), allow(0, 3, 4, 1), denied(0, superseded, 5, 6)};
    CHECK(!is_linearizable(superseded_unused));

    const History superseded_and_allowed{
        create(1, 2),       allow(0, 3, 4, 1), allow(1, 5, 6), allow(1, 7, 8), denied(0, superseded, 9, 10),
        allow(0, 11, 12, 1)};
    CHECK(!is_linearizable(superseded_and_allowed));

    const History successor_forgotten{create(1, 2), allow(0, 3, 4, 1), allow(0, 5, 6)};
    CHECK(!is_linearizable(successor_forgotten));

    const History another_successor{create(1, 2), allow(0, 3, 4, 1), allow(0, 5, 6, 1000)};
    CHECK(!is_linearizable(another_successor));

    const History successor_denied{create(1, 2), allow(0, 3, 4, 1), denied(1, unknown, 5, 6)};
    CHECK(!is_linearizable(successor_denied));

    const History never_handed_out{create(1, 2), allow(1, 3, 4)};
    CHECK(!is_linearizable(never_handed_out));

    const History revoked_by_nobody{create(1, 2), failed(Asked::validate, 0, 3, 4), denied(0, unknown, 5, 6)};
    CHECK(!is_linearizable(revoked_by_nobody));
}
