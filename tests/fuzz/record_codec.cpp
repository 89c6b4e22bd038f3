#include <cstddef>
#include <cstdint>
#include <string>

#include "core/record_json.hpp"
#include "sessgate/core/record_codec.hpp"
#include "tests/fuzz/expect.hpp"

using namespace sessgate::core;
using sessgate::tests::expect;

namespace {

/// Also reads the text as the inside of a record, since no fuzzer finds a right tag.
void check_session(const RecordCodec& codec, std::string_view text) {
    const SessionId id = *SessionId::parse("abcdefghij2345672345");
    expect(!codec.decode_session(id, text).has_value(), "what nobody sealed is no record");

    const auto session = read_session_json(id, text);
    if (!session) return;
    const std::string encoded = codec.encode(*session);
    if (encoded.size() > record_size_max) return;
    const auto again = codec.decode_session(id, encoded);
    expect(again.has_value() && *again == *session, "what was read is written and read again as the same");
    expect(codec.encode(*again) == encoded, "the second writing is the first");
}

void check_user(const RecordCodec& codec, std::string_view text) {
    const UserId id = *UserId::parse("a\"da");
    expect(!codec.decode_user(id, text).has_value(), "what nobody sealed is no record");

    const auto user = read_user_json(id, text);
    if (!user) return;
    const std::string encoded = codec.encode(*user);
    if (encoded.size() > record_size_max) return;
    const auto again = codec.decode_user(id, encoded);
    expect(again.has_value() && *again == *user, "what was read is written and read again as the same");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    static const RecordCodec codec({RecordKey{1, 2, 3}});
    check_session(codec, text);
    check_user(codec, text);
    return 0;
}
