#include <cstddef>
#include <cstdint>

#include "sessgate/core/json.hpp"
#include "tests/fuzz/expect.hpp"
#include "tests/support/json_oracle.hpp"

using namespace sessgate::core;
using sessgate::tests::expect;

namespace {

bool accepts(std::string_view text) {
    JsonReader reader(text);
    return reader.raw_value().has_value() && reader.at_end();
}

/// Nullopt when `text` is no object; else how many members were read one by one.
std::optional<std::size_t> members(std::string_view text) {
    JsonReader reader(text);
    std::size_t count = 0;
    if (!reader.begin_object()) return std::nullopt;
    for (; reader.next_member(); ++count) {
        if (!reader.raw_value()) return std::nullopt;
    }
    return reader.at_end() ? std::optional(count) : std::nullopt;
}

}  // namespace

/// The reader takes exactly the texts that nlohmann_json takes, whole and member by member.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    const bool is_json = sessgate::tests::is_strict_json(text);
    expect(accepts(text) == is_json, "both readers agree on what is JSON");
    if (!is_json) return 0;

    const nlohmann::json json = nlohmann::json::parse(text);
    expect(members(text).has_value() == json.is_object(), "every object can be read by its members");
    if (json.is_object()) expect(*members(text) >= json.size(), "no member is lost");

    const auto integer = JsonReader(text).integer();
    if (integer) expect(json.is_number_integer() && json.get<std::int64_t>() == *integer, "integers mean the same");
    return 0;
}
