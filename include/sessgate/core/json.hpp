#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace sessgate::core {

// JSON for records and for answers of `/session`, by our own code because a general library costs more than the
// whole request. Bodies, settings and control answers use the library. A property test holds both equal.

/// Appends `text`, which is UTF-8, as a JSON string with its quotes. Escapes only what has to be.
void append_json_string(std::string& out, std::string_view text);

void append_json_integer(std::string& out, std::int64_t value);

/// What the inside of a JSON string means, when that is ASCII: other writers may escape more than ours does. `raw` is
/// as JsonReader::raw_string returns it. Nullopt when it holds anything but ASCII.
std::optional<std::string> unescape_ascii(std::string_view raw);

/// Reads one JSON text from front to end, strictly (RFC 8259): no comments, no NaN, no byte order mark, valid UTF-8, no
/// number past the range of a double, a value read whole at most 32 deep. A name may come twice: that is the caller's
/// to judge. After the first mistake every call fails. Views it returns point into the text.
class JsonReader {
public:
    explicit JsonReader(std::string_view text) noexcept : at_(text.data()), end_(text.data() + text.size()) {}

    /// `{`; then `next_member` until it returns nullopt, which reads the `}`. An object inside an object is read to
    /// its end before the outer one goes on.
    bool begin_object() noexcept;

    /// The name of the next member, with the reader before its value. Names with escapes are returned as written.
    std::optional<std::string_view> next_member() noexcept;

    /// A string without escapes, which is all that most of our own fields need.
    std::optional<std::string_view> plain_string() noexcept;

    /// Any string, without its quotes, escapes as written.
    std::optional<std::string_view> raw_string() noexcept;

    /// A number without fraction and exponent that fits.
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
    bool next_is(char expected) const noexcept { return at_ != end_ && *at_ == expected; }
    void skip_space() noexcept;
    bool skip_value(int depth) noexcept;
    bool skip_object(int depth) noexcept;
    bool skip_array(int depth) noexcept;
    bool skip_string() noexcept;
    bool skip_escape() noexcept;
    bool skip_number() noexcept;
    bool skip_digits() noexcept;
    bool skip_word(std::string_view word) noexcept;

    const char* at_;
    const char* end_;
    bool first_ = true;
    bool failed_ = false;
};

}  // namespace sessgate::core
