#include "sessgate/core/lucia_records.hpp"

#include <doctest/doctest.h>

#include "sessgate/core/lifecycle.hpp"
#include "tests/support/lucia_harness.hpp"

namespace sessgate::tests {

using core::Errc;
using core::from_ms;
using core::LuciaRecords;
using core::SessionState;
using core::state_at;

namespace {

const std::string stored_id = "qhkikec4b2mz0xw9v8u7t6s5r4q3p2o1n0m5fyx1";
const std::string hash_id(64, 'a');

std::string lucia_record(const std::string& more) {
    return R"({"created_ip":"10.0.0.1","id":")" + stored_id +
           R"(","user_id":"ada","active_expires":1795527387797,"idle_expires":1796736987797)" + more + "}";
}

core::Result<core::SessionRecord> read(const LuciaRecords& records, const std::string& text) {
    const std::string& id = records.ids().layout() == core::Layout::lucia_2 ? stored_id : hash_id;
    return records.decode(records.ids().shown(id).value(), text);
}

}  // namespace

TEST_CASE("a record of Lucia 2 is good up to its ends, and dead a millisecond later") {
    const LuciaRecords records = lucia_records(core::Layout::lucia_2);
    const core::SessionRecord session = read(records, lucia_record("")).value();

    CHECK(session.user.view() == "ada");
    CHECK(session.attributes == R"({"created_ip":"10.0.0.1"})");
    CHECK(state_at(session, from_ms(1795527387797)) == SessionState::active);
    CHECK(state_at(session, from_ms(1795527387798)) == SessionState::idle);
    CHECK(state_at(session, from_ms(1796736987797)) == SessionState::idle);
    CHECK(state_at(session, from_ms(1796736987798)) == SessionState::dead);
}

TEST_CASE("a record of the recipe is good while its end is ahead, in whole seconds") {
    const LuciaRecords records = lucia_records(core::Layout::lucia_recipe);
    const auto session = read(records, R"({"id":")" + hash_id + R"(","user_id":7,"expires_at":1796736987})").value();

    CHECK(session.user.view() == "7");
    CHECK(state_at(session, from_ms(1796736986999)) == SessionState::idle);
    CHECK(state_at(session, from_ms(1796736987000)) == SessionState::dead);
    CHECK(session.periods.active_until == session.periods.idle_until - std::chrono::days(14));
}

TEST_CASE("a record is written as it was read, with every attribute to the digit") {
    const LuciaRecords records = lucia_records(core::Layout::lucia_2);
    const auto session =
        read(records, lucia_record(R"(,"big":12345678901234567890,"exact":1.10,"text":"\u00e9/\/","no":null)")).value();
    const std::string text = records.encode(session);

    CHECK(text ==
          R"({"id":")" + stored_id +
              R"(","user_id":"ada","active_expires":1795527387797,"idle_expires":1796736987797,)" +
              R"("created_ip":"10.0.0.1","big":12345678901234567890,"exact":1.10,"text":"\u00e9/\/","no":null})");
    CHECK(read(records, text).value() == session);
}

TEST_CASE("a user id stays a number where it was one, and becomes one where the recipe would make it one") {
    const LuciaRecords records = lucia_records(core::Layout::lucia_recipe);
    const auto written = [&](const std::string& user) {
        const auto session =
            read(records, R"({"id":")" + hash_id + R"(","user_id":)" + user + R"(,"expires_at":1796736987})").value();
        return records.encode(session).find(R"("user_id":)" + user + ",") != std::string::npos;
    };
    CHECK(written("7"));
    CHECK(written("9007199254740993"));
    CHECK(written(R"("ada")"));

    core::SessionRecord made = a_session(from_ms(1795527387797), a_user_id("12"));
    made.id = records.ids().shown(hash_id).value();
    CHECK(records.encode(made).find(R"("user_id":12,)") != std::string::npos);
    made.user = a_user_id("012");
    CHECK(records.encode(made).find(R"("user_id":"012",)") != std::string::npos);
}

TEST_CASE("a record that is not whole, or another session's, decides nothing") {
    const LuciaRecords records = lucia_records(core::Layout::lucia_2);
    const std::string good = lucia_record("");
    for (std::size_t size = 0; size < good.size(); ++size) {
        CHECK(read(records, good.substr(0, size)).error() == Errc::store_protocol);
    }
    std::string other = good;
    other[other.find("qhki")] = 'x';
    CHECK(read(records, other).error() == Errc::store_protocol);
    CHECK(read(records, lucia_record(R"(,"user_id":"eve")")).error() == Errc::store_protocol);
    CHECK(read(records, good + "x").error() == Errc::store_protocol);
}

TEST_CASE("that a session has moved stays with its record") {
    const LuciaRecords records = lucia_records(core::Layout::lucia_2);
    const auto session = read(records, lucia_record(R"(,"sessgate_migrated_at":1795527387000)")).value();

    REQUIRE(session.previous.has_value());
    CHECK(session.previous->promoted_at == from_ms(1795527387000));
    CHECK(read(records, records.encode(session)).value() == session);
}

}  // namespace sessgate::tests
