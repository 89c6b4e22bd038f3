#include "core/written_session.hpp"

#include <doctest/doctest.h>

#include "core/record_json.hpp"
#include "tests/support/random_records.hpp"

using namespace sessgate::core;
using sessgate::tests::RandomRecords;

namespace {

/// The reader that takes members in any order: a space in front is nothing that our own writer writes.
std::optional<SessionRecord> read_by_member(const SessionId& id, const std::string& json) {
    REQUIRE_FALSE(read_written_session(id, " " + json).has_value());
    return read_session_json(id, " " + json);
}

std::string json_of(const SessionRecord& session) {
    std::string json;
    append_session_json(json, session);
    return json;
}

}  // namespace

TEST_CASE("what our own writer wrote is read in one go, with every part that a rotation or a user leaves in it") {
    RandomRecords random(11);
    int read = 0;
    for (int i = 0; i < 3'000; ++i) {
        SessionRecord session = random.session();
        session.user = UserId::parse("user-" + std::to_string(i)).value();
        session.unknown_fields.clear();
        if (session.user_copy) session.user_copy->version %= 10'000'000'000'000;
        const std::string json = json_of(session);
        CAPTURE(json);
        REQUIRE(read_written_session(session.id, json) == session);
        REQUIRE(read_by_member(session.id, json) == session);
        ++read;
    }
    CHECK(read == 3'000);
}

TEST_CASE("what is not exactly so is left to the reader that takes members in any order") {
    RandomRecords random(12);
    SessionRecord session = random.session();
    session.user = UserId::parse("ada").value();
    session.unknown_fields = R"(,"later":1)";
    CHECK_FALSE(read_written_session(session.id, json_of(session)).has_value());
    session.unknown_fields.clear();
    session.user = UserId::parse("a\"b\\c").value();
    CHECK_FALSE(read_written_session(session.id, json_of(session)).has_value());
    CHECK(read_by_member(session.id, json_of(session)) == session);
}

TEST_CASE("no altered text is read in one go unless the other reader reads the same from it") {
    RandomRecords random(13);
    for (int round = 0; round < 30; ++round) {
        SessionRecord session = random.session();
        session.user = UserId::parse("ada").value();
        session.unknown_fields.clear();
        session.attributes = R"({"a":[1,"x"]})";
        if (session.user_copy) session.user_copy = UserCopy{7, R"({"b":null})"};
        const std::string json = json_of(session);
        for (std::size_t i = 0; i < json.size(); ++i) {
            for (const char replacement : {'0', '9', '"', '{', '}', ',', ' ', 'a', '\\', '-', '.'}) {
                std::string altered = json;
                altered[i] = replacement;
                CAPTURE(altered);
                const auto in_one_go = read_written_session(session.id, altered);
                if (in_one_go) REQUIRE(read_by_member(session.id, altered) == in_one_go);
            }
            REQUIRE_FALSE(read_written_session(session.id, json.substr(0, i)).has_value());
            REQUIRE_FALSE(read_written_session(session.id, json + json.substr(i)).has_value());
        }
    }
}

TEST_CASE("a record without its last brace is refused, also where a space stands in front of its last object") {
    RandomRecords random(14);
    SessionRecord session = random.session();
    session.user = UserId::parse("ada").value();
    session.user_copy.reset();
    session.unknown_fields.clear();
    session.attributes = "{}";
    std::string json = json_of(session);
    REQUIRE(json.ends_with(R"("attributes":{}})"));

    json.replace(json.size() - 3, 3, " {}");

    CHECK_FALSE(read_session_json(session.id, json).has_value());
}
