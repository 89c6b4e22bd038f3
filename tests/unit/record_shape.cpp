#include <doctest/doctest.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "core/record_json.hpp"
#include "tests/support/random_records.hpp"

using namespace sessgate::core;
using sessgate::tests::RandomRecords;
using Json = nlohmann::ordered_json;

namespace {

const SessionId id = SessionId::parse("abcdefghij2345672345").value();
const std::string hash = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8";
const std::string salt = "AAECAwQFBgcICQoLDA0ODw";

/// A session with every field that there is, each in its shape.
Json whole_session() {
    return Json::parse(R"({"v":1,"id":"abcdefghij2345672345","user":"ada","created":1700000000000,)"
                       R"("active_until":1700086400000,"idle_until":1701296000000,"absolute_end":1707776000000,)"
                       R"("active_period":86400000,"idle_period":1209600000,"hash":")" +
                       hash + R"(","next":{"salt":")" + salt + R"(","hash":")" + hash + R"("},"previous":{"hash":")" +
                       hash + R"(","salt":")" + salt +
                       R"(","promoted_at":1700000000001},"attributes":{"role":"admin"},)"
                       R"("user_version":9007199254740993,"user_attributes":{"name":"Ada"}})");
}

std::optional<SessionRecord> read(const Json& json) {
    return read_session_json(id, json.dump());
}

/// `whole_session` with the value at `path` replaced.
Json with(const char* path, const Json& value) {
    Json json = whole_session();
    json[Json::json_pointer(path)] = value;
    return json;
}

Json without(std::initializer_list<const char*> names) {
    Json json = whole_session();
    for (const char* name : names) json.erase(name);
    return json;
}

std::string written(const SessionRecord& session) {
    std::string json;
    append_session_json(json, session);
    return json;
}

}  // namespace

TEST_CASE("every field of a session is read from its place and written back to it") {
    const auto session = read(whole_session());

    REQUIRE(session.has_value());
    CHECK(session->user.view() == "ada");
    CHECK(session->created_at == from_ms(1'700'000'000'000));
    CHECK(session->periods == SessionPeriods{from_ms(1'700'086'400'000), from_ms(1'701'296'000'000)});
    CHECK(session->absolute_end == from_ms(1'707'776'000'000));
    CHECK(session->active_period == std::chrono::hours(24));
    CHECK(session->idle_period == std::chrono::hours(14 * 24));
    CHECK(session->hash[31] == 31);
    REQUIRE(session->next.has_value());
    CHECK(session->next->salt[15] == 15);
    CHECK(session->next->hash == session->hash);
    REQUIRE(session->previous.has_value());
    CHECK(session->previous->salt == session->next->salt);
    CHECK(session->previous->hash == session->hash);
    CHECK(session->previous->promoted_at == from_ms(1'700'000'000'001));
    CHECK(session->attributes == R"({"role":"admin"})");
    CHECK(session->user_copy == UserCopy{9'007'199'254'740'993, R"({"name":"Ada"})"});
    CHECK(session->unknown_fields == "");
    CHECK(written(*session) == whole_session().dump());
}

TEST_CASE("a session without what may be absent is read and written back without it") {
    const Json json = without({"absolute_end", "next", "previous", "user_version", "user_attributes"});

    const auto session = read(json);

    REQUIRE(session.has_value());
    CHECK(session->absolute_end == std::nullopt);
    CHECK(session->next == std::nullopt);
    CHECK(session->previous == std::nullopt);
    CHECK(session->user_copy == std::nullopt);
    CHECK(written(*session) == json.dump());
}

TEST_CASE("a retired previous secret has no salt") {
    Json json = whole_session();
    json["previous"].erase("salt");

    const auto session = read(json);

    REQUIRE(session.has_value());
    CHECK(session->previous->salt == std::nullopt);
    CHECK(written(*session) == json.dump());
}

TEST_CASE("fields are read in any order and with any white space") {
    const auto session = read(whole_session());
    std::vector<std::string> names;
    const Json whole = whole_session();
    for (const auto& [name, value] : whole.items()) names.push_back(name);
    for (std::size_t turn = 0; turn < names.size(); ++turn) {
        std::rotate(names.begin(), names.begin() + 1, names.end());
        std::reverse(names.begin(), names.begin() + static_cast<std::ptrdiff_t>(turn));
        Json json;
        for (const std::string& name : names) json[name] = whole[name];
        CHECK(read(json) == session);
    }
    const auto spaced =
        read_session_json(id, "\n" + without({"attributes", "user_attributes", "user_version"}).dump(2) + "\t");
    CHECK_FALSE(spaced.has_value());
    CHECK(read_session_json(id, " " + without({"user_attributes", "user_version"}).dump(2) + "\r\n").has_value());
}

TEST_CASE("a session without a field that it must have is refused") {
    for (const char* name : {"v", "id", "user", "created", "active_until", "idle_until", "active_period", "idle_period",
                             "hash", "attributes", "user_version", "user_attributes"}) {
        CAPTURE(name);
        CHECK_FALSE(read(without({name})).has_value());
    }
    for (const char* path : {"/next/salt", "/next/hash", "/previous/hash", "/previous/promoted_at"}) {
        CAPTURE(path);
        const Json::json_pointer pointer(path);
        Json json = whole_session();
        json[pointer.parent_pointer()].erase(pointer.back());
        CHECK_FALSE(read(json).has_value());
    }
}

TEST_CASE("a known field that comes twice is refused") {
    const Json whole = whole_session();
    for (const auto& [name, value] : whole.items()) {
        CAPTURE(name);
        std::string json = whole.dump();
        json.insert(json.size() - 1, "," + Json(name).dump() + ":" + value.dump());
        CHECK_FALSE(read_session_json(id, json).has_value());
    }
}

TEST_CASE("a field of the wrong shape is refused") {
    for (const char* path : {"/v",
                             "/id",
                             "/user",
                             "/created",
                             "/active_until",
                             "/idle_until",
                             "/absolute_end",
                             "/active_period",
                             "/idle_period",
                             "/hash",
                             "/next",
                             "/next/salt",
                             "/next/hash",
                             "/previous",
                             "/previous/hash",
                             "/previous/salt",
                             "/previous/promoted_at",
                             "/attributes",
                             "/user_version",
                             "/user_attributes"}) {
        for (const Json& value : {Json(), Json(true), Json(-1), Json(1.5), Json(UINT64_MAX), Json(""), Json("x y"),
                                  Json::array(), Json::object({{"x", 1}})}) {
            const bool is_free_object = std::string_view(path).ends_with("attributes") && value.is_object();
            if (is_free_object) continue;
            CAPTURE(path);
            CAPTURE(value.dump());
            CHECK_FALSE(read(with(path, value)).has_value());
        }
    }
}

TEST_CASE("another format number, another id and other members inside a rotation are refused") {
    CHECK_FALSE(read(with("/v", 2)).has_value());
    CHECK_FALSE(read(with("/v", 0)).has_value());
    CHECK_FALSE(read(with("/id", "abcdefghij2345672346")).has_value());
    CHECK_FALSE(read(with("/user", "a{b}")).has_value());
    CHECK_FALSE(read(with("/next/x", 1)).has_value());
    CHECK_FALSE(read(with("/previous/x", 1)).has_value());
}

TEST_CASE("bytes have one spelling and one length") {
    CHECK_FALSE(read(with("/hash", hash + "A")).has_value());
    CHECK_FALSE(read(with("/hash", hash + "=")).has_value());
    CHECK_FALSE(read(with("/hash", hash.substr(1))).has_value());
    CHECK_FALSE(read(with("/hash", hash.substr(0, 42) + "9")).has_value());
    CHECK_FALSE(read(with("/next/salt", salt.substr(0, 21) + "x")).has_value());
}

TEST_CASE("times reach to the end of the year 9999 and not beyond") {
    const std::int64_t end = 253'402'300'799'999;
    CHECK(read(with("/idle_until", end)).has_value());
    CHECK_FALSE(read(with("/idle_until", end + 1)).has_value());
    CHECK(read(with("/idle_period", 0)).has_value());
    CHECK_FALSE(read(with("/idle_period", -1)).has_value());
    CHECK_FALSE(read(with("/active_period", end + 1)).has_value());
}

TEST_CASE("an idle period that ends before the active one is refused") {
    const std::int64_t active_until = whole_session()["active_until"];
    CHECK(read(with("/idle_until", active_until)).has_value());
    CHECK_FALSE(read(with("/idle_until", active_until - 1)).has_value());
}

TEST_CASE("unknown fields survive a rewrite as they were written") {
    const std::string unknown =
        R"(,"big":9223372036854775807,"bigger":18446744073709551615,"small":-9223372036854775808,)"
        R"("double":0.1000000000000000055,"large":1.5e+300,"text":"\u00e4\n€","list":[1,{"a":null}],)"
        R"("":true)";
    std::string json = whole_session().dump();
    json.insert(json.size() - 1, unknown);

    auto session = read_session_json(id, json);

    REQUIRE(session.has_value());
    CHECK(session->unknown_fields == unknown);
    session->periods.idle_until += Milliseconds(1);
    CHECK(written(*session).ends_with(unknown + "}"));
    CHECK(read_session_json(id, written(*session)) == session);
}

TEST_CASE("unknown fields between known ones survive too") {
    std::string json = whole_session().dump();
    json.insert(1, R"("first" : 1 , )");

    const auto session = read_session_json(id, json);

    REQUIRE(session.has_value());
    CHECK(session->unknown_fields == R"(,"first":1)");
}

TEST_CASE("a session that is cut, followed by more or broken after its last field is refused") {
    const std::string json = whole_session().dump();
    for (std::size_t size = 0; size < json.size(); ++size) {
        CAPTURE(size);
        CHECK_FALSE(read_session_json(id, json.substr(0, size)).has_value());
    }
    for (const char* tail : {"x", "{}", "}", ",", "\x01"}) {
        CAPTURE(tail);
        CHECK_FALSE(read_session_json(id, json + tail + " ").has_value());
        std::string inside = json;
        inside.insert(json.size() - 1, tail);
        CHECK_FALSE(read_session_json(id, inside).has_value());
    }
}

TEST_CASE("a field name with an escape is refused, since it may be one of ours in disguise") {
    std::string json = whole_session().dump();
    json.insert(1, R"("\u0075ser":"eve",)");
    CHECK_FALSE(read_session_json(id, json).has_value());
}

TEST_CASE("a record is written as nlohmann_json would write it") {
    RandomRecords random(9);
    for (int i = 0; i < 1'000; ++i) {
        SessionRecord session = random.session();
        session.attributes = Json::parse(session.attributes).dump();
        if (session.user_copy) session.user_copy->attributes = Json::parse(session.user_copy->attributes).dump();
        session.unknown_fields.clear();
        REQUIRE(Json::parse(written(session)).dump() == written(session));
    }
}

TEST_CASE("a user record is refused when a field is missing, doubled, misshaped or another's") {
    const UserId ada = UserId::parse("ada").value();
    const auto reads = [&](const char* json) { return read_user_json(ada, json).has_value(); };

    CHECK(reads(R"({"v":1,"id":"ada","version":7,"attributes":{"a":1},"x":2})"));
    CHECK(reads(R"({"attributes":{},"version":0,"id":"ada","v":1})"));
    CHECK_FALSE(reads(R"({"id":"ada","version":7,"attributes":{}})"));
    CHECK_FALSE(reads(R"({"v":1,"version":7,"attributes":{}})"));
    CHECK_FALSE(reads(R"({"v":1,"id":"ada","attributes":{}})"));
    CHECK_FALSE(reads(R"({"v":1,"id":"ada","version":7})"));
    CHECK_FALSE(reads(R"({"v":2,"id":"ada","version":7,"attributes":{}})"));
    CHECK_FALSE(reads(R"({"v":1,"id":"eve","version":7,"attributes":{}})"));
    CHECK_FALSE(reads(R"({"v":1,"id":"ada","version":-1,"attributes":{}})"));
    CHECK_FALSE(reads(R"({"v":1,"id":"ada","version":7,"attributes":[]})"));
    CHECK_FALSE(reads(R"({"v":1,"id":"ada","version":7,"version":7,"attributes":{}})"));
    CHECK_FALSE(reads(R"({"v":1,"id":"ada","version":7,"attributes":{}} )"
                      "x"));
    CHECK_FALSE(reads(R"({"v":1,"id":"ada","version":7,"attributes":{})"));
    CHECK_FALSE(reads("[]"));
}
