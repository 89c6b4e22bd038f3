#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "sessgate/core/digest.hpp"
#include "sessgate/core/ids.hpp"
#include "sessgate/core/json.hpp"
#include "sessgate/core/time.hpp"

namespace sessgate::core {

/// The format number in every record's `v`.
constexpr std::int64_t record_format = 1;

/// The last millisecond of the year 9999: sums of two such numbers cannot overflow.
constexpr std::int64_t instant_max_ms = 253'402'300'799'999;

/// One member of a record: its name, whether a record must have it, and how it is read into a draft.
/// `read` returns false when the value has not the shape that it must have.
template <typename Draft>
struct RecordField {
    std::string_view name;
    bool required;
    bool (*read)(JsonReader&, Draft&);
};

/// Which of a record's fields were read. Finds a name from where the last one was found, since writers keep the order.
template <typename Draft, std::size_t count>
class SeenFields {
public:
    using Fields = std::array<RecordField<Draft>, count>;
    static_assert(count <= 32);

    explicit SeenFields(const Fields& fields) noexcept : fields_(fields) {}

    const RecordField<Draft>* find(std::string_view name) noexcept {
        for (std::size_t i = 0; i < count; ++i) {
            const RecordField<Draft>& field = fields_[next_];
            next_ = next_ + 1 == count ? 0 : next_ + 1;
            if (field.name == name) return &field;
        }
        return nullptr;
    }

    /// False when it was read before: a record with two readings has none.
    bool mark(const RecordField<Draft>& field) noexcept {
        const std::uint32_t bit = 1U << static_cast<std::size_t>(&field - fields_.data());
        const bool is_first = (seen_ & bit) == 0;
        seen_ |= bit;
        return is_first;
    }

    bool has_all_required() const noexcept {
        std::uint32_t missing = 0;
        for (std::size_t i = 0; i < count; ++i) missing |= fields_[i].required ? (1U << i) & ~seen_ : 0;
        return missing == 0;
    }

private:
    const Fields& fields_;
    std::size_t next_ = 0;
    std::uint32_t seen_ = 0;
};

/// Appends the next value to `unknown` as `,"name":value`. False when there is no place for it.
bool keep_unknown(JsonReader& reader, std::string_view name, std::string* unknown);

/// Reads an object by `fields`, in any order, each at most once. Other members go to `unknown` as they are, or are a
/// mistake where `unknown` is null. False on any mistake.
template <typename Draft, std::size_t count>
bool read_members(JsonReader& reader, const std::array<RecordField<Draft>, count>& fields, Draft& draft,
                  std::string* unknown) {
    SeenFields<Draft, count> seen(fields);
    if (!reader.begin_object()) return false;
    while (const auto name = reader.next_member()) {
        const RecordField<Draft>* const field = seen.find(*name);
        const bool is_read =
            field == nullptr ? keep_unknown(reader, *name, unknown) : seen.mark(*field) && field->read(reader, draft);
        if (!is_read) return false;
    }
    return seen.has_all_required();
}

/// Reads a string that is a user id; those may hold what JSON has to escape.
std::optional<UserId> read_user_id(JsonReader& reader);

/// True when the next value is a plain string and that is `expected`.
bool read_exactly(JsonReader& reader, std::string_view expected) noexcept;

/// True when the next value is the format number.
bool read_format(JsonReader& reader) noexcept;

/// Reads whole milliseconds, from 0 to `instant_max_ms`.
bool read_milliseconds(JsonReader& reader, Milliseconds& out) noexcept;
bool read_instant(JsonReader& reader, WallTime& out) noexcept;

bool read_version(JsonReader& reader, std::uint64_t& out) noexcept;

/// Reads a string that is the base64url of exactly `out.size()` bytes.
bool read_bytes(JsonReader& reader, std::span<std::uint8_t> out) noexcept;

/// Reads an object as its bytes stand in the text.
bool read_object(JsonReader& reader, std::string& out);

/// Writes one JSON object, compact, its members in the order of the calls.
class RecordWriter {
public:
    explicit RecordWriter(std::string& out) : out_(out) { out_ += '{'; }

    void integer(std::string_view name, std::int64_t value);
    void milliseconds(std::string_view name, Milliseconds value) { integer(name, value.count()); }
    void instant(std::string_view name, WallTime value) { integer(name, to_ms(value)); }
    void version(std::string_view name, std::uint64_t value);
    void bytes(std::string_view name, Bytes value);
    void string(std::string_view name, std::string_view value);
    void raw(std::string_view name, std::string_view json);

    /// Appends members that `keep_unknown` kept, and closes the object.
    void end(std::string_view unknown_fields = {});

private:
    void begin_member(std::string_view name);

    std::string& out_;
    bool is_first_ = true;
};

}  // namespace sessgate::core
