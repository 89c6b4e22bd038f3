#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace sessgate::core {

// JSON for records and for answers of `/session`, by our own code because a general library costs more than the
// whole request. Bodies, settings and control answers use the library. A property test holds both equal.

/// Appends `text`, which is UTF-8, as a JSON string with its quotes.
void append_json_string(std::string& out, std::string_view text);

void append_json_integer(std::string& out, std::int64_t value);

/// Reads one JSON text from front to end, strictly (RFC 8259): no comments, no NaN, valid UTF-8, at most 32 deep.
/// After the first mistake every call fails. Views it returns point into the text.
class JsonReader {
public:
    explicit JsonReader(std::string_view text) noexcept : at_(text.data()), end_(text.data() + text.size()) {}

    /// `{`; then `next_member` until it returns nullopt, which reads the `}`.
    bool begin_object() noexcept;

    /// The name of the next member, with the reader before its value. Names with escapes are returned as written.
    std::optional<std::string_view> next_member() noexcept;

    /// A string without escapes, which is all that our own fields need.
    std::optional<std::string_view> plain_string() noexcept;

    std::optional<std::int64_t> integer() noexcept;

    /// Any value, as its bytes stand in the text.
    std::optional<std::string_view> raw_value() noexcept;

    /// An object, as its bytes stand in the text.
    std::optional<std::string_view> raw_object() noexcept;

    /// True when everything was read without a mistake and nothing follows.
    bool at_end() noexcept;

private:
    bool fail() noexcept;
    bool take(char expected) noexcept;
    void skip_space() noexcept;
    bool skip_value(int depth) noexcept;
    bool skip_container(char close, int depth) noexcept;
    bool skip_string() noexcept;
    bool skip_number() noexcept;
    bool skip_word(std::string_view word) noexcept;

    const char* at_;
    const char* end_;
    bool first_ = true;
    bool failed_ = false;
};

}  // namespace sessgate::core
