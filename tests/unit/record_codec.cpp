#include "sessgate/core/record_codec.hpp"

#include <doctest/doctest.h>

#include <limits>

#include "sessgate/core/encoding.hpp"
#include "tests/support/random_records.hpp"

using namespace sessgate::core;
using sessgate::tests::RandomRecords;

namespace {

RecordKey key_of(std::uint8_t byte) {
    RecordKey key{};
    key.fill(byte);
    return key;
}

bool reads(const RecordCodec& codec, const SessionId& id, std::string_view text) {
    return codec.decode_session(id, text).has_value();
}

/// The same record under an id that differs in one character.
SessionId other_id(const SessionId& id) {
    std::string text(id.view());
    text.back() = text.back() == 'a' ? 'b' : 'a';
    return SessionId::parse(text).value();
}

/// A tag as anybody can compute it who has no key.
std::string forged(std::string_view store_key, std::string_view json) {
    std::string text = "sg1.";
    append_base64url(text, Bytes(sha256({as_bytes(store_key), as_bytes({"\0", 1}), as_bytes(json)})).first(16));
    return text.append(".").append(json);
}

std::string_view json_of(std::string_view encoded) {
    return encoded.substr(27);
}

}  // namespace

TEST_CASE("store keys name prefix, kind, bucket and id") {
    const UserId user = UserId::parse("ada").value();
    const SessionId id = SessionId::parse("abcdefghij2345672345").value();

    CHECK(session_store_key("sessgate:", id) == "sessgate:s:{abc}:abcdefghij2345672345");
    CHECK(user_store_key("x:", user) == "x:u:{" + bucket_of(user) + "}:ada");
}

TEST_CASE("a record begins with its format and a tag over store key and JSON") {
    const UserRecord user{.id = UserId::parse("ada").value(), .version = 3, .attributes = R"({"name":"Ada"})"};

    const std::string text = RecordCodec().encode(user);

    CHECK(text == forged(user_store_key("sessgate:", user.id),
                         R"({"v":1,"id":"ada","version":3,"attributes":{"name":"Ada"}})"));
}

TEST_CASE("the tag with a key is HMAC-SHA256 over the same bytes") {
    const UserRecord user{.id = UserId::parse("ada").value(), .version = 3};
    const RecordKey key = key_of(7);

    const std::string text = RecordCodec({key}).encode(user);

    const Digest tag = hmac_sha256(
        key, {as_bytes(user_store_key("sessgate:", user.id)), as_bytes({"\0", 1}), as_bytes(json_of(text))});
    std::string expected = "sg1.";
    append_base64url(expected, Bytes(tag).first(16));
    CHECK(text.substr(0, 26) == expected);
}

TEST_CASE("generated records are read as they were written") {
    RandomRecords random(1);
    const RecordCodec plain;
    const RecordCodec keyed({key_of(1)}, "other:");
    for (int i = 0; i < 3'000; ++i) {
        const SessionRecord session = random.session();
        const UserRecord user = random.user();
        CAPTURE(plain.encode(session));
        for (const RecordCodec* codec : {&plain, &keyed}) {
            REQUIRE(codec->encode(session).size() <= record_size_max);
            const auto session_read = codec->decode_session(session.id, codec->encode(session));
            REQUIRE(session_read.has_value());
            REQUIRE(*session_read == session);
            const auto user_read = codec->decode_user(user.id, codec->encode(user));
            REQUIRE(user_read.has_value());
            REQUIRE(*user_read == user);
        }
    }
}

TEST_CASE("a record with any one byte altered, cut or put in is refused") {
    RandomRecords random(2);
    for (const RecordCodec& codec : {RecordCodec(), RecordCodec({key_of(1)})}) {
        const SessionRecord session = random.session();
        const std::string text = codec.encode(session);
        REQUIRE(reads(codec, session.id, text));
        for (std::size_t i = 0; i < text.size(); ++i) {
            CAPTURE(i);
            for (const int difference : {1, 2, 0x20, 0x80}) {
                std::string altered = text;
                altered[i] = static_cast<char>(altered[i] ^ difference);
                CHECK_FALSE(reads(codec, session.id, altered));
            }
            CHECK_FALSE(reads(codec, session.id, text.substr(0, i)));
            CHECK_FALSE(reads(codec, session.id, text.substr(i + 1)));
            CHECK_FALSE(reads(codec, session.id, std::string(text).erase(i, 1)));
            CHECK_FALSE(reads(codec, session.id, std::string(text).insert(i, 1, ' ')));
        }
        CHECK_FALSE(reads(codec, session.id, text + " "));
        CHECK_FALSE(reads(codec, session.id, text + text));
    }
}

TEST_CASE("what is refused is a failure of the store and not an absent session") {
    const SessionId id = SessionId::parse("abcdefghij2345672345").value();
    CHECK(RecordCodec().decode_session(id, "").error() == Errc::store_protocol);
    CHECK(RecordCodec().decode_user(UserId::parse("ada").value(), "sg1.").error() == Errc::store_protocol);
}

TEST_CASE("a record moved to another place is refused") {
    RandomRecords random(3);
    const RecordCodec codec;
    const SessionRecord session = random.session();
    const UserRecord user = random.user();
    REQUIRE(reads(codec, session.id, codec.encode(session)));

    CHECK_FALSE(reads(codec, other_id(session.id), codec.encode(session)));
    CHECK_FALSE(codec.decode_user(random.user_id(), codec.encode(user)).has_value());
    CHECK_FALSE(reads(RecordCodec(std::vector<RecordKey>{}, "other:"), session.id, codec.encode(session)));
}

TEST_CASE("a record sealed for one id but holding another is refused") {
    RandomRecords random(4);
    const RecordCodec codec;
    const SessionRecord session = random.session();
    const SessionId other = other_id(session.id);
    const std::string text = codec.encode(session);

    const std::string misdirected = forged(session_store_key("sessgate:", other), json_of(text));

    CHECK_FALSE(reads(codec, other, misdirected));
    CHECK(reads(codec, session.id, forged(session_store_key("sessgate:", session.id), json_of(text))));
}

TEST_CASE("the newest key writes and all keys read") {
    RandomRecords random(5);
    const SessionRecord session = random.session();
    const RecordCodec old_only({key_of(1)});
    const RecordCodec both({key_of(2), key_of(1)});
    const RecordCodec new_only({key_of(2)});

    CHECK(reads(both, session.id, old_only.encode(session)));
    CHECK(reads(new_only, session.id, both.encode(session)));
    CHECK_FALSE(reads(old_only, session.id, both.encode(session)));
    CHECK_FALSE(reads(new_only, session.id, old_only.encode(session)));
}

TEST_CASE("with a key a record that only has a plain SHA-256 is refused, and without one a keyed record") {
    RandomRecords random(6);
    const SessionRecord session = random.session();
    const RecordCodec plain;
    const RecordCodec keyed({key_of(1)});

    CHECK_FALSE(reads(keyed, session.id, plain.encode(session)));
    CHECK_FALSE(reads(plain, session.id, keyed.encode(session)));
}

TEST_CASE("store key and JSON cannot flow into each other") {
    const SessionId id = SessionId::parse("abcdefghij2345672345").value();
    std::string joined = "sg1.";
    append_base64url(joined, Bytes(sha256({as_bytes(session_store_key("sessgate:", id)), as_bytes("{}")})).first(16));
    CHECK_FALSE(reads(RecordCodec(), id, joined + ".{}"));
}

TEST_CASE("a record of 8 KiB is read and one byte more is refused") {
    RandomRecords random(7);
    const RecordCodec codec;
    UserRecord user{.id = random.user_id(), .version = 1};
    const auto padded = [&](std::size_t size) {
        UserRecord record = user;
        record.unknown_fields = ",\"x\":\"\"";
        const std::size_t without = codec.encode(record).size();
        record.unknown_fields.insert(record.unknown_fields.size() - 1, size - without, 'x');
        return record;
    };
    REQUIRE(codec.encode(padded(record_size_max)).size() == record_size_max);

    CHECK(codec.decode_user(user.id, codec.encode(padded(record_size_max))).has_value());
    CHECK_FALSE(codec.decode_user(user.id, codec.encode(padded(record_size_max + 1))).has_value());
}

TEST_CASE("a user id that JSON has to escape is read back, however another program spelt it") {
    const UserId user = UserId::parse(R"(a"b\c<d>/e)").value();
    const UserRecord record{.id = user, .version = 1};
    const RecordCodec codec;

    CHECK(codec.decode_user(user, codec.encode(record)).value() == record);
    const std::string spelt = R"({"v":1,"id":"a\u0022b\\c\u003cd\u003E\/e","version":1,"attributes":{}})";
    CHECK(codec.decode_user(user, forged(user_store_key("sessgate:", user), spelt)).value() == record);
}
