// Bodies as bytes. What is accepted means the same to the library, to our own reader, and after a round trip.

#include "http/json_body.hpp"

#include <cstdint>
#include <cstdlib>
#include <string>

#include "sessgate/core/json.hpp"

using sessgate::core::JsonReader;
using sessgate::http::JsonBody;
using sessgate::http::parse_json_body;

namespace {

void require(bool holds) {
    if (!holds) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string text(data, data + size);
    const JsonBody body = parse_json_body(text);
    if (!body.mistake.empty()) {
        require(body.object.is_null());
        return 0;
    }

    require(body.object.is_object());
    require(text.find('\0') == std::string::npos);
    JsonReader reader(text);
    require(reader.raw_object().has_value() && reader.at_end());
    const JsonBody again = parse_json_body(body.object.dump());
    require(again.mistake.empty() && again.object == body.object);
    return 0;
}
