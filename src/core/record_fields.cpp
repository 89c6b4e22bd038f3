#include "core/record_fields.hpp"

#include <cassert>
#include <limits>

#include "sessgate/core/encoding.hpp"

namespace sessgate::core {
bool keep_unknown(JsonReader& reader, std::string_view name, std::string* unknown) {
    // A name with escapes could be one of ours in disguise: another reader would see it twice.
    if (unknown == nullptr || name.find('\\') != std::string_view::npos) return false;
    const auto value = reader.raw_value();
    if (!value) return false;
    unknown->append(",\"").append(name).append("\":").append(*value);
    return true;
}

std::optional<UserId> read_user_id(JsonReader& reader) {
    const auto raw = reader.raw_string();
    if (!raw) return std::nullopt;
    if (raw->find('\\') == std::string_view::npos) return UserId::parse(*raw);
    const auto text = unescape_ascii(*raw);
    return text ? UserId::parse(*text) : std::nullopt;
}

bool read_exactly(JsonReader& reader, std::string_view expected) noexcept {
    return reader.plain_string() == expected;
}

bool read_format(JsonReader& reader) noexcept {
    return reader.integer() == record_format;
}

bool read_milliseconds(JsonReader& reader, Milliseconds& out) noexcept {
    const auto value = reader.integer();
    if (!value || *value < 0 || *value > instant_max_ms) return false;
    out = Milliseconds(*value);
    return true;
}

bool read_instant(JsonReader& reader, WallTime& out) noexcept {
    Milliseconds since_epoch{};
    if (!read_milliseconds(reader, since_epoch)) return false;
    out = WallTime(since_epoch);
    return true;
}

bool read_version(JsonReader& reader, std::uint64_t& out) noexcept {
    const auto value = reader.integer();
    if (!value || *value < 0) return false;
    out = static_cast<std::uint64_t>(*value);
    return true;
}

bool read_bytes(JsonReader& reader, std::span<std::uint8_t> out) noexcept {
    const auto text = reader.plain_string();
    return text && decode_base64url(*text, out);
}

bool read_object(JsonReader& reader, std::string& out) {
    const auto object = reader.raw_object();
    if (!object) return false;
    out.assign(*object);
    return true;
}

void RecordWriter::begin_member(std::string_view name) {
    if (!is_first_) out_ += ',';
    is_first_ = false;
    out_.append("\"").append(name).append("\":");
}

void RecordWriter::integer(std::string_view name, std::int64_t value) {
    begin_member(name);
    append_json_integer(out_, value);
}

void RecordWriter::version(std::string_view name, std::uint64_t value) {
    assert(value <= std::uint64_t{std::numeric_limits<std::int64_t>::max()} && "a version grows by one for a change");
    integer(name, static_cast<std::int64_t>(value));
}

void RecordWriter::bytes(std::string_view name, Bytes value) {
    begin_member(name);
    out_ += '"';
    append_base64url(out_, value);
    out_ += '"';
}

void RecordWriter::string(std::string_view name, std::string_view value) {
    begin_member(name);
    append_json_string(out_, value);
}

void RecordWriter::raw(std::string_view name, std::string_view json) {
    begin_member(name);
    out_ += json;
}

void RecordWriter::end(std::string_view unknown_fields) {
    out_.append(unknown_fields).append("}");
}

}  // namespace sessgate::core
